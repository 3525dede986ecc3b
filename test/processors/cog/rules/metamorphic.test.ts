import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MultiPolygonCoordinates } from '../../../../processors/boundary/geometry.ts';
import type { EngineParameters } from '../../../../processors/engine.ts';
import { MemoryBlob } from '../../../../processors/blob.memory.ts';
import { prepareBoundary } from '../../../../processors/boundary/prepare.ts';
import { cogEngine } from '../../../../processors/cog/engine.ts';
import { memoryReader } from '../../../../processors/source/source.memory.ts';
import { clipBytes } from '../clip.ts';
import { makeSources, type SourceJob } from '../gdal.ts';
import { box, random, stars } from '../polygons.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-metamorphic-'));
afterAll(() => rmSync(folder, { recursive: true }));

const GRIDS: Record<string, Pick<SourceJob, 'transform' | 'width' | 'height'>> = {
  'north up': { transform: [10, 0.01, 0, 8, 0, -0.01], width: 1000, height: 800 },
  rotated: { transform: [10, 0.00866, 0.005, 3.5, 0.005, -0.00866], width: 500, height: 400 },
  global: { transform: [-180, 0.5, 0, 90, 0, -0.5], width: 720, height: 360 },
  'global, 0 to 360': { transform: [0, 0.5, 0, 90, 0, -0.5], width: 720, height: 360 },
};
const sources = new Map<string, Buffer>();
const sourceOf = (name: string): Buffer => sources.get(name) ?? Buffer.alloc(0);

beforeAll(() => {
  for (const [index, [name, grid]] of Object.entries(GRIDS).entries()) {
    const file = path.join(folder, `${index}.tif`);
    const options = ['COMPRESS=DEFLATE', 'BLOCKSIZE=64', 'PREDICTOR=2', 'OVERVIEW_RESAMPLING=AVERAGE'];
    const job = { driver: 'COG', bands: 1, type: 'Int16', nodata: -99, srs: 'EPSG:4326', seed: index } as const;
    makeSources([{ ...job, ...grid, options, path: file }]);
    sources.set(name, readFileSync(file));
  }
});

const across = [...box(156.3, -18.2, 180, -14.1), ...box(-180, -20.2, -151.4, -10.1)];
const CLIPS: [name: string, grid: string, boundary: MultiPolygonCoordinates, parameters: EngineParameters][] = [
  ['aligned', 'north up', stars(8, [11, 1, 19, 7]), {}],
  ['touched', 'north up', stars(8, [11, 1, 19, 7]), { mask: 'touched' }],
  ['bbox', 'north up', stars(8, [11, 1, 19, 7]), { mask: 'bbox' }],
  ['exact', 'north up', stars(8, [11, 1, 19, 7]), { layout: 'exact' }],
  ['exact, touched', 'north up', stars(8, [11, 1, 19, 7]), { layout: 'exact', mask: 'touched' }],
  ['rotated, exact', 'rotated', stars(8, [10.5, 2, 15, 6]), { layout: 'exact' }],
  ['rotated, aligned', 'rotated', stars(8, [10.5, 2, 15, 6]), {}],
  ['a window across the antimeridian', 'global', across, {}],
  ['a window across the antimeridian, touched', 'global', across, { mask: 'touched' }],
  ['a window across the meridian of Greenwich', 'global, 0 to 360', box(-17.1, 40.2, 29.3, 58.1), {}],
];

describe('clipping a clip again gives the same bytes', () => {
  it.each(CLIPS)('%s', async (_name, grid, boundary, given) => {
    const parameters = { overviewResampling: 'average', ...given };
    const once = await clipBytes(sourceOf(grid), boundary, parameters);
    const twice = await clipBytes(once.file, boundary, parameters);
    expect(once.recipe.report.counts['overviews']).toBeGreaterThan(0);
    expect(Buffer.compare(twice.file, once.file)).toBe(0);
  });
});

describe('the full extent copies every tile', () => {
  it.each(['centre', 'touched', 'bbox'].flatMap((mask) => Object.keys(GRIDS).map((grid) => [mask, grid] as const)))(
    '%s, %s',
    async (mask, grid) => {
      const everything = box(-180, -90, 180, 90);
      const { recipe } = await clipBytes(sourceOf(grid), everything, { mask, overviewResampling: 'average' });
      expect(recipe.report.counts).toMatchObject({ tilesReencoded: 0, tilesEmpty: 0 });
    },
  );
});

describe('neighbours share no pixel and lose none', () => {
  it.each(Object.keys(GRIDS))('%s', async (grid) => {
    const next = random(5);
    const line = Array.from({ length: 400 }, (_, index) => [14 + 3 * next(), -90 + (180 * index) / 399]);
    const west = [[[[-180, 90], [-180, -90], ...line, [-180, 90]]]];
    const east = [[[[180, -90], [180, 90], ...line.toReversed(), [180, -90]]]];
    const counts = await Promise.all(
      [west, east, box(-180, -90, 180, 90)].map(async (boundary) => {
        const { recipe } = await clipBytes(sourceOf(grid), boundary);
        return recipe.report.counts['pixelsInside'] ?? 0;
      }),
    );
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(counts[2]);
  });
});

const LINE = [
  [
    [
      [11, 3],
      [12, 4],
      [11, 3],
      [11, 3],
    ],
  ],
];
const OPTIONS = ['centre', 'touched', 'bbox'].flatMap((mask) =>
  ['aligned', 'exact'].map((layout): EngineParameters => ({ mask, layout })),
);

describe('boundaries that hold no pixel have no coverage', () => {
  it.each(OPTIONS)('$mask, $layout', async (parameters) => {
    for (const boundary of [[], LINE, box(100, 50, 101, 51), box(-180, 20, -179, 21)]) {
      await expect(clipBytes(sourceOf('north up'), boundary, parameters)).rejects.toMatchObject({
        kind: 'no-coverage',
        status: 422,
      });
    }
  });
});

it('a boundary of two million vertices is clipped', async () => {
  const ring = Array.from({ length: 2_000_000 }, (_, index) => {
    const angle = (2 * Math.PI * index) / 2_000_000;
    const radius = 3.02 + 0.02 * Math.sin(3000 * angle);
    return [15 + radius * Math.cos(angle), 4 + radius * Math.sin(angle)];
  });
  const boundary = prepareBoundary([[[...ring, ring[0] ?? []]]], 'f'.repeat(64));
  for (const given of OPTIONS) {
    const recipe = await cogEngine.plan({
      source: memoryReader(sourceOf('north up')),
      boundary,
      parameters: cogEngine.parameters(given),
      sink: new MemoryBlob(),
    });
    const inside = recipe.report.counts['pixelsInside'] ?? 0;
    const [least, most] = given['mask'] === 'bbox' ? [600 ** 2, 610 ** 2] : [Math.PI * 300 ** 2, Math.PI * 306 ** 2];
    expect(inside).toBeGreaterThan(least);
    expect(inside).toBeLessThan(most);
  }
}, 120_000);

it('options are named when they are wrong', async () => {
  await expect(clipBytes(sourceOf('north up'), across, { mask: 'corner' })).rejects.toThrow(
    /mask is "corner".*centre, touched, bbox/,
  );
  await expect(clipBytes(sourceOf('north up'), across, { layout: 'tight' })).rejects.toThrow(
    /layout is "tight".*aligned, exact/,
  );
});
