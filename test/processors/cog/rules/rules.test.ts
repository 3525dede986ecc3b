import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MultiPolygonCoordinates } from '../../../../processors/boundary/geometry.ts';
import { flattenMultiPolygon } from '../../../../processors/boundary/geometry.ts';
import { clipFile } from '../clip.ts';
import { makeSources, type SourceJob } from '../gdal.ts';
import { stars } from '../polygons.ts';
import { checkRules, type RuleFigures, type RuleJob } from './rules.gdal.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

const base = {
  driver: 'COG',
  width: 300,
  height: 260,
  bands: 1,
  type: 'Int16',
  nodata: -99,
  srs: 'EPSG:4326',
  transform: [10, 0.01, 0, 5, 0, -0.01],
  options: ['COMPRESS=DEFLATE', 'BLOCKSIZE=64', 'OVERVIEW_RESAMPLING=AVERAGE'],
} as const;

/** Kinds of grids, each with the reason it is there. */
const KINDS: Record<string, Partial<SourceJob>> = {
  'north up': {},
  'south up (ModelTransformation)': { transform: [10, 0.01, 0, 2.4, 0, 0.01] },
  'mirrored: columns run westwards': { transform: [13, -0.01, 0, 5, 0, -0.01] },
  'rotated by 30 degrees': { transform: [10, 0.00866, 0.005, 3.5, 0.005, -0.00866] },
  'pixels that are points': { metadata: { AREA_OR_POINT: 'Point' } },
  'rotated, pixels that are points': {
    transform: [10, 0.00866, 0.005, 3.5, 0.005, -0.00866],
    metadata: { AREA_OR_POINT: 'Point' },
  },
  'south up, pixels that are points': {
    transform: [10, 0.01, 0, 2.4, 0, 0.01],
    metadata: { AREA_OR_POINT: 'Point' },
  },
  'oblong pixels': { transform: [10, 0.01, 0, 5, 0, -0.02] },
  'three bands': { bands: 3 },
  'without a nodata value': { nodata: null, holes: 0 },
  'nodata NaN': { type: 'Float32', nodata: 'nan' },
  'bands stored apart, LZW, big-endian, overviews': {
    driver: 'GTiff',
    bands: 3,
    options: 'TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=48 INTERLEAVE=BAND COMPRESS=LZW ENDIANNESS=BIG'.split(' '),
    overviews: [2, 4],
  },
};
const RULES = ['centre', 'touched', 'bbox'] as const;
const LAYOUTS = ['aligned', 'exact'] as const;

function envelopeOf(boundary: MultiPolygonCoordinates): [number, number, number, number] {
  const [minX, minY, maxX, maxY] = flattenMultiPolygon(boundary).envelope;
  return [minX, minY, maxX, maxY];
}

describe('mask rules and layouts on all kinds of grids, against GDAL and shapely', () => {
  const names: string[] = [];
  const jobs: RuleJob[] = [];
  let figures: RuleFigures[] = [];

  beforeAll(async () => {
    const sources = Object.values(KINDS).map((kind, index): SourceJob => {
      const own = { path: path.join(folder, `${index}.tif`), seed: index };
      return Object.assign({ ...base, transform: [...base.transform], options: [...base.options] }, kind, own);
    });
    makeSources(sources);
    for (const [index, source] of sources.entries()) {
      const [x, a, b, y, d, e] = source.transform;
      const [columns, rows] = [source.width / 2, source.height / 2];
      const centre = [x + columns * a + rows * b, y + columns * d + rows * e] as const;
      // Reaches over the border of the oblong grid only.
      const boundary = stars(index + 40, [centre[0] - 1.2, centre[1] - 1, centre[0] + 1.2, centre[1] + 1]);
      for (const mask of RULES) {
        for (const layout of LAYOUTS) {
          const clip = path.join(folder, `clip ${jobs.length}.tif`);
          await clipFile(source.path, boundary, clip, { mask, layout, overviewResampling: 'average' });
          names.push(`${Object.keys(KINDS)[index]}: ${mask}, ${layout}`);
          jobs.push({
            source: source.path,
            clip,
            mask,
            boundary,
            boxes: [envelopeOf(boundary)],
            tight: layout === 'exact' && mask !== 'bbox',
            averages: source.nodata === -99 && layout === 'exact' && source.bands === 1,
          });
        }
      }
    }
    figures = checkRules(jobs);
  });

  const cases = Object.keys(KINDS).flatMap((kind) =>
    RULES.flatMap((mask) => LAYOUTS.map((layout) => `${kind}: ${mask}, ${layout}`)),
  );
  it.each(cases)('%s', (name) => {
    const found = figures[names.indexOf(name)];
    expect(found?.faults).toEqual([]);
    expect(found?.inside).toBeGreaterThan(1000);
  });
});
