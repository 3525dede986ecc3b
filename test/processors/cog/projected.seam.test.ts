import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { clipFile } from './clip.ts';
import { dumpPixels, makeSources } from './gdal.ts';
import { box } from './polygons.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-projected-seam-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SIDE = 300;
const NODATA = -99;

/** Rows of a clip in which pixels are missing between the first kept one and the last. */
async function rowsWithGaps(srs: string, bounds: readonly [number, number, number, number]): Promise<number[]> {
  const [source, clip] = [path.join(folder, 'source.tif'), path.join(folder, 'clip.tif')];
  makeSources([
    {
      path: source,
      driver: 'COG',
      options: ['COMPRESS=DEFLATE', 'BLOCKSIZE=128'],
      width: SIDE,
      height: SIDE,
      bands: 1,
      type: 'Int16',
      nodata: NODATA,
      holes: 0,
      seed: 1,
      srs,
      transform: [-3e6, 2e4, 0, 3e6, 0, -2e4],
    },
  ]);
  const { recipe } = await clipFile(source, box(...bounds), clip, { layout: 'exact' });
  expect(recipe.report.counts['pixelsInside']).toBeGreaterThan(10_000);
  dumpPixels([{ path: clip, out: `${clip}.raw` }]);
  const raw = Uint8Array.from(readFileSync(`${clip}.raw`));
  const values = new Int16Array(raw.buffer);
  const width = Math.sqrt(values.length);
  return Array.from({ length: width }, (_, row) => row).filter((row) => {
    const kept = values.subarray(row * width, (row + 1) * width);
    const isKept = (value: number): boolean => value !== NODATA;
    const last = kept.findLastIndex(isKept);
    return kept.subarray(Math.max(0, kept.findIndex(isKept)), last + 1).includes(NODATA);
  });
}

describe('caps around a pole, cut open at 180 degrees, keep the pixels whose centre lies on the cut', () => {
  it.each([
    ['the cut runs along a diagonal of the grid', 'EPSG:3413', [-180, 70, 180, 90]],
    ['along rows', 'EPSG:3408', [-180, 70, 180, 90]],
    ['along columns', 'EPSG:3031', [-180, -90, 180, -70]],
  ] as const)('%s (%s)', async (_name, srs, bounds) => {
    expect(await rowsWithGaps(srs, bounds)).toEqual([]);
  });
});
