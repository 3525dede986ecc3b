import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MultiPolygonCoordinates } from '../../../../processors/boundary/geometry.ts';
import { clipFile } from '../clip.ts';
import { gdal, makeSources, type SourceJob } from '../gdal.ts';
import { box } from '../polygons.ts';
import { checkRules, country, type RuleFigures, type RuleJob } from './rules.gdal.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-antimeridian-'));
afterAll(() => rmSync(folder, { recursive: true }));

const base = {
  driver: 'COG',
  width: 1440,
  height: 720,
  bands: 1,
  type: 'Int16',
  nodata: -99,
  srs: 'EPSG:4326',
  options: ['COMPRESS=DEFLATE', 'BLOCKSIZE=64', 'OVERVIEW_RESAMPLING=AVERAGE'],
} as const;

interface Globe extends Partial<SourceJob> {
  transform: SourceJob['transform'];
  shifts: number[];
  period?: number;
}

/** Global grids, by where they are cut open. */
const GLOBES: Record<string, Globe> = {
  '-180 to 180': { transform: [-180, 0.25, 0, 90, 0, -0.25], shifts: [0] },
  '0 to 360': { transform: [0, 0.25, 0, 90, 0, -0.25], shifts: [0, 360] },
  'half a pixel past 180': { transform: [-180.125, 0.25, 0, 90, 0, -0.25], shifts: [0, -360] },
  'first column repeated': {
    width: 1441,
    transform: [-180.125, 0.25, 0, 90, 0, -0.25],
    shifts: [-360, 0, 360],
    period: 1440,
  },
  'pixels not closing by rounding': { transform: [-180, 0.249999, 0, 90, 0, -0.25], shifts: [0] },
};

/**
 * Boundaries, and whether they cross the antimeridian. At a quarter of a degree the islands of some hold no centre of
 * a pixel on one side of it: these are cut by all pixels touched.
 */
const COUNTRIES: Record<string, { mask: 'centre' | 'touched'; crosses: boolean }> = {
  FJI: { mask: 'touched', crosses: true },
  KIR: { mask: 'touched', crosses: true },
  NZL: { mask: 'touched', crosses: true },
  USA: { mask: 'centre', crosses: true },
  RUS: { mask: 'centre', crosses: true },
  ATA: { mask: 'centre', crosses: false },
  GBR: { mask: 'centre', crosses: false },
  LSO: { mask: 'centre', crosses: false },
};
/** How wide a boundary that is split at a meridian is across it, in degrees. */
function widthAcross(meridian: number, boundary: MultiPolygonCoordinates): number {
  let [west, east] = [0, 0];
  for (const [shell = []] of boundary) {
    const longitudes = shell.map(([x = 0]) => x);
    const middle = (longitudes.reduce((a, b) => Math.min(a, b)) + longitudes.reduce((a, b) => Math.max(a, b))) / 2;
    const turn = middle - meridian < -180 ? 360 : 0;
    for (const x of longitudes) {
      west = Math.min(west, x - meridian + turn);
      east = Math.max(east, x - meridian + turn);
    }
  }
  return east - west;
}

const PIXEL_DEGREES = 0.25;

/** Makes the last column of a global raster say what its first one says, as they are one place. */
function repeatFirstColumn(file: string): void {
  const [column, both] = [`${file}.column.tif`, `${file}.vrt`];
  const west = ['-srcwin', '0', '0', '1', '720', '-a_ullr', '179.875', '90', '180.125', '-90'];
  gdal('gdal_translate', '-q', ...west, file, column);
  gdal('gdal_translate', '-q', '-srcwin', '0', '0', '1440', '720', file, `${file}.rest.tif`);
  gdal('gdalbuildvrt', '-q', both, `${file}.rest.tif`, column);
  gdal('gdal_translate', '-q', '-of', 'COG', ...base.options.flatMap((option) => ['-co', option]), both, file);
}

const CASES = Object.keys(GLOBES).flatMap((globe) => Object.keys(COUNTRIES).map((code) => `${code} on ${globe}`));

describe('boundaries across the seam of global rasters', () => {
  const jobs = new Map<string, RuleJob>();
  let figures: RuleFigures[] = [];

  beforeAll(async () => {
    for (const [index, [name, { shifts, period, ...globe }]] of Object.entries(GLOBES).entries()) {
      const source: SourceJob = {
        ...base,
        options: [...base.options],
        ...globe,
        path: path.join(folder, `${index}.tif`),
        seed: index,
      };
      makeSources([source]);
      if (globe.width === 1441) repeatFirstColumn(source.path);
      for (const [code, { mask }] of Object.entries(COUNTRIES)) {
        const boundary = country(code, folder);
        const clip = path.join(folder, `${code} ${index}.tif`);
        await clipFile(source.path, boundary, clip, { mask });
        const job: RuleJob = { source: source.path, clip, mask, boundary, shifts };
        jobs.set(`${code} on ${name}`, period === undefined ? job : { ...job, period });
      }
    }
    figures = checkRules([...jobs.values()]);
  }, 120_000);

  it.each(CASES)('%s', (name) => {
    const found = figures[[...jobs.keys()].indexOf(name)];
    expect(found?.faults).toEqual([]);
    const [code = '', globe] = name.split(' on ');
    // On 0 to 360 what crosses the antimeridian lies in one piece, and Britain does not.
    const isMoved = globe === '0 to 360' ? code === 'GBR' : (COUNTRIES[code]?.crosses ?? false);
    const widest = isMoved ? widthAcross(code === 'GBR' ? 0 : 180, jobs.get(name)?.boundary ?? []) : 360;
    expect((found?.width ?? Infinity) * PIXEL_DEGREES).toBeLessThan(widest + 2 * PIXEL_DEGREES);
    expect(statSync(jobs.get(name)?.clip ?? '').size).toBeLessThan(400_000);
  });

  it('GDAL finds at longitude 181 of a window past 180 what the source has at -179', () => {
    const job = jobs.get('FJI on -180 to 180');
    const at = (file: string, longitude: number): string =>
      gdal('gdallocationinfo', '-valonly', '-geoloc', file, String(longitude), '-16.8').trim();
    const values = [-179.9, -179.8, 179.9, 178.1].map((longitude) => {
      const inClip = at(job?.clip ?? '', longitude < 0 ? longitude + 360 : longitude);
      return [inClip, at(job?.source ?? '', longitude)];
    });
    const kept = values.filter(([inClip]) => inClip !== '-99');
    expect(kept.length).toBeGreaterThan(0);
    for (const [inClip, inSource] of kept) expect(inClip).toBe(inSource);
  });
});

describe('what stays on the grid of the source', () => {
  const across = [...box(170.1, -20, 180, 20.1), ...box(-180, -20, -170.1, 20.1)];

  it('a large clip: the wide gap is left out', async () => {
    // 64 tiles of 512 pixels are moved together at most; these take 80.
    const source = path.join(folder, 'large.tif');
    const size = ['-outsize', '36000', '18000', '-a_ullr', '-180', '90', '180', '-90', '-a_srs', 'EPSG:4326'];
    const creation = ['-co', 'TILED=YES', '-co', 'BLOCKXSIZE=512', '-co', 'BLOCKYSIZE=512', '-co', 'SPARSE_OK=TRUE'];
    const one = path.join(folder, 'one.tif');
    makeSources([
      {
        ...base,
        options: [],
        width: 8,
        height: 4,
        transform: [-180, 45, 0, 90, 0, -45],
        path: one,
        driver: 'GTiff',
        seed: 1,
        holes: 1,
      },
    ]);
    gdal('gdal_translate', '-q', ...size, ...creation, '-co', 'COMPRESS=DEFLATE', one, source);
    const wide = [...box(150.1, -40, 180, 40.1), ...box(-180, -40, -150.1, 40.1)];
    const { recipe, file } = await clipFile(source, wide, path.join(folder, 'large clip.tif'));
    expect(gdal('gdalinfo', path.join(folder, 'large clip.tif'))).toMatch(/Size is 36000, \d+/);
    expect(recipe.report.counts['pixelsInside']).toBeGreaterThan(64 * 512 * 512);
    expect(file.length).toBeLessThan(100_000);
  }, 60_000);

  it.each([
    ['a raster that does not go round the globe', { width: 1400, transform: [-180, 0.25, 0, 90, 0, -0.25] as const }],
    [
      'a raster in a projected system',
      { srs: 'EPSG:3857', transform: [-20037508.34, 27829.87, 0, 10018754.17, 0, -27829.87] as const },
    ],
  ])('%s', async (name, { transform, ...grid }) => {
    const source = path.join(folder, `${name}.tif`);
    makeSources([{ ...base, options: [...base.options], ...grid, transform: [...transform], path: source, seed: 9 }]);
    const clip = path.join(folder, `${name} clip.tif`);
    await clipFile(source, across, clip);
    const width = Number(/Size is (\d+),/.exec(gdal('gdalinfo', clip))?.[1]);
    expect(width).toBeGreaterThan('width' in grid ? 60 : 1000);
  });
});

describe('envelopes across the antimeridian are one box on each side', () => {
  it.each([
    [
      '-180 to 180',
      [
        [176.3, -20.2, 180, -14.1],
        [-180, -20.2, -176.4, -14.1],
      ],
      [0],
    ],
    ['0 to 360', [[176.3, -20.2, 183.6, -14.1]], [0]],
  ] as const)('on %s', async (name, boxes, shifts) => {
    const { transform } = GLOBES[name] ?? { transform: [0, 1, 0, 0, 0, 1] };
    const source = path.join(folder, `box ${name}.tif`);
    makeSources([{ ...base, options: [...base.options], transform, path: source, seed: 3 }]);
    const boundary = [...box(176.3, -18.2, 180, -14.1), ...box(-180, -20.2, -176.4, -16.1)];
    const clip = path.join(folder, `box ${name} clip.tif`);
    await clipFile(source, boundary, clip, { mask: 'bbox' });
    const job: RuleJob = {
      source,
      clip,
      mask: 'bbox',
      boundary,
      boxes: boxes.map((sides) => [...sides]),
      shifts: [...shifts],
    };
    const [figures] = checkRules([job]);
    expect(figures?.faults).toEqual([]);
    // 7.3 degrees across and 6.1 down, in quarters: 29 centres by 25.
    expect(figures?.inside).toBe(29 * 25);
  });
});
