import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { clipFile } from '../clip.ts';
import { random, star } from '../polygons.ts';
import { checkMaskedClips, makeMaskedSources } from './gdal.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-mask-many-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  [
    'a COG, whose tiles have leaders',
    'COG',
    ['COMPRESS=DEFLATE', 'BLOCKSIZE=16', 'OVERVIEW_RESAMPLING=AVERAGE'],
    undefined,
  ],
  [
    'a GeoTIFF, whose tiles have none',
    'GTiff',
    ['COMPRESS=DEFLATE', 'TILED=YES', 'BLOCKXSIZE=16', 'BLOCKYSIZE=16'],
    [2, 4],
  ],
] as const)('the mask of a grid of many tiles lies behind the image: %s', async (_name, driver, options, overviews) => {
  const source = path.join(folder, `${driver}.tif`);
  const more = overviews === undefined ? {} : { overviews };
  makeMaskedSources([
    { path: source, seed: 3, driver, width: 2048, height: 1536, bands: 1, type: 'Byte', options, ...more },
  ]);
  const boundary = [[star(random(5), 20, -2.7, 7.5, 60)]];
  const clip = path.join(folder, `${driver}-clip.tif`);
  const { recipe } = await clipFile(source, boundary, clip, { overviewResampling: 'average' });
  const [found] = checkMaskedClips([{ source, clip, boundary }]);
  expect(found?.faults).toEqual([]);
  expect(found).toMatchObject({ flags: 2, interleaved: false });
  // Rows of copied tiles and of full tiles of the mask are runs; were they to take turns, each would be a segment.
  const { tilesCopied = 0 } = recipe.report.counts;
  expect(tilesCopied).toBeGreaterThan(3000);
  if (driver === 'COG') expect(recipe.segments.length).toBeLessThan(tilesCopied);
});
