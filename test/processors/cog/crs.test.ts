import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { clipBytes, clipFile } from './clip.ts';
import { checkClips, makeSources, type SourceJob } from './gdal.ts';
import { box, stars } from './polygons.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-crs-'));
afterAll(() => rmSync(folder, { recursive: true }));

function source(name: string, more: Partial<SourceJob> & Pick<SourceJob, 'srs' | 'transform'>): SourceJob {
  const job: SourceJob = {
    path: path.join(folder, `${name}.tif`),
    driver: 'COG',
    options: ['COMPRESS=DEFLATE', 'BLOCKSIZE=64', 'PREDICTOR=2'],
    width: 300,
    height: 300,
    bands: 1,
    type: 'Int16',
    nodata: -99,
    seed: 1,
    ...more,
  };
  makeSources([job]);
  return job;
}

describe('projected rasters: pixels are those whose centre lies inside in longitude and latitude', () => {
  /** Long straight edges, which bend most. */
  const long = box(-20.3, -40.1, 61.7, 63.3);
  const cases: Record<
    string,
    [more: Pick<SourceJob, 'srs' | 'transform'>, MultiPolygonCoordinates, pixelDegrees: number]
  > = {
    'Mollweide (ESRI:54009)': [{ srs: 'ESRI:54009', transform: [-3e6, 4e4, 0, 7e6, 0, -4e4] }, long, 0.3],
    'Robinson (ESRI:54030)': [{ srs: 'ESRI:54030', transform: [-3e6, 4e4, 0, 7e6, 0, -4e4] }, long, 0.3],
    'Pseudo-Mercator (EPSG:3857)': [{ srs: 'EPSG:3857', transform: [-3e6, 4e4, 0, 7e6, 0, -4e4] }, long, 0.3],
    'UTM 33 N (EPSG:32633)': [
      { srs: 'EPSG:32633', transform: [3e5, 1000, 0, 5.3e6, 0, -1000] },
      stars(2, [13, 46, 16, 48]),
      0.01,
    ],
    'LAEA Europe (EPSG:3035)': [
      { srs: 'EPSG:3035', transform: [3e6, 5000, 0, 4e6, 0, -5000] },
      box(1.03, 42.07, 13.11, 53.01),
      0.05,
    ],
    'Antarctic Polar Stereographic (EPSG:3031)': [
      { srs: 'EPSG:3031', transform: [-3e6, 2e4, 0, 3e6, 0, -2e4] },
      box(-60.3, -80.1, 100.7, -65.2),
      0.2,
    ],
    'sinusoidal on a sphere, user-defined': [
      { srs: '+proj=sinu +R=6371007.181', transform: [-3e6, 4e4, 0, 7e6, 0, -4e4] },
      long,
      0.3,
    ],
    'Albers, user-defined (ESRI:102008)': [
      { srs: 'ESRI:102008', transform: [-2e6, 1e4, 0, 2e6, 0, -1e4] },
      box(-110.2, 30.1, -80.4, 49.3),
      0.1,
    ],
  };
  it.each(Object.entries(cases))('%s', async (name, [grid, boundary, projected]) => {
    const job = source(name, grid);
    const clip = path.join(folder, `${name} clip.tif`);
    await clipFile(job.path, boundary, clip);
    const [figures] = checkClips([{ source: job.path, clip, boundary, projected }]);
    expect(figures?.faults).toEqual([]);
    expect(figures?.inside).toBeGreaterThan(1000);
  });
});

describe('grids that go round the globe elsewhere than at 180 degrees', () => {
  const fiji: MultiPolygonCoordinates = [...box(175.3, -20.2, 180, -14.1), ...box(-180, -20.2, -176.4, -14.1)];
  const globe = { srs: 'EPSG:4326', width: 360, height: 180 };
  it.each([
    ['0 to 360: the part at -180 to -176 lies at 180 to 184', [0, 1, 0, 90, 0, -1], [0, 360], 9 * 6],
    ['180 west of the usual', [-360, 1, 0, 90, 0, -1], [-360, 0], 9 * 6],
  ] as const)('%s', async (name, transform, shifts, pixels) => {
    const job = source(name.slice(0, 8), { ...globe, transform: [...transform] });
    const clip = path.join(folder, `${name.slice(0, 8)} clip.tif`);
    await clipFile(job.path, fiji, clip);
    const [figures] = checkClips([{ source: job.path, clip, boundary: fiji, shifts: [...shifts] }]);
    expect(figures?.faults).toEqual([]);
    // 4.7 + 3.6 degrees across and 6.1 down: no pixel is lost at the seam of the grid.
    expect(figures?.inside).toBe(pixels);
  });
});

describe('systems that cannot be used are refused by name', () => {
  it.each([
    ['a projection method that is not known', 'ESRI:54012', /World_Eckert_IV/],
    ['a datum that needs a shift grid', 'EPSG:26713', /NAD27 \/ UTM zone 13N.*shift grid/],
    ['units that are no metres', 'EPSG:2263', /New York Long Island.*EPSG:9003/],
  ])('%s', async (name, srs, message) => {
    const job = source(name, { srs, transform: [5e5, 1000, 0, 4e6, 0, -1000] });
    await expect(clipBytes(readFileSync(job.path), box(-110, 30, -100, 40))).rejects.toMatchObject({
      kind: 'unsupported-source',
      message: expect.stringMatching(message),
    });
  });
});
