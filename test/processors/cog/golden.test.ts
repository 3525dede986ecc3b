import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { serialiseRecipe } from '../../../cache/recipe.ts';
import { deflate } from '../../../processors/cog/codec.deflate.ts';
import { cogEngine } from '../../../processors/cog/engine.ts';
import { clipBytes } from './clip.ts';
import { stars } from './polygons.ts';
import { largeTiles } from './tile.bytes.ts';

const rasters = path.join(import.meta.dirname, '../../../data/rasters');
const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

/**
 * Fingerprints name clips by what goes in, so the same input must give the same bytes for ever. A change here means
 * that `outputVersion` has to be raised with it.
 */
describe(`golden bytes of output version ${cogEngine.outputVersion}`, () => {
  it.each([
    {
      name: 'relief, int16 with averages',
      file: 'etopo5_relief_15min.tif',
      boundary: stars(11, [-20, -40, 60, 40]),
      expected: {
        blob: '6eac224debd25f956ae6e0af37e7d26d7930b17d271c4598a76826b68c668eb4',
        clip: 'bde38e9413b82bed32a931a077c1a56b70953106b90324eaf0bac120d1500f31',
        recipe: '2c32519315bfbce5a47e07a4b6096632491497390958940a65bf825d638106c1',
      },
    },
    {
      name: 'zones, uint16, sparse, with nearest overviews',
      file: 'admin1_zones_45s.tif',
      boundary: stars(12, [10, 30, 40, 60]),
      expected: {
        blob: 'dd3f4f4810f6e3a6285d802c9961528ac9cb3470c98fd15e7b78ada9a479f8e7',
        clip: '29005a1895abdeb68e687506fc545743875430641dc753e6b4eea5e5617862c7',
        recipe: 'c00ae3feeb1e35703aef791ebd86d62a63ca4385293e9e2e8791e93968d65235',
      },
    },
  ])('$name', async ({ file, boundary, expected }) => {
    const { recipe, blob, file: clip } = await clipBytes(readFileSync(path.join(rasters, file)), boundary);
    expect({ blob: sha256(blob), clip: sha256(clip), recipe: sha256(serialiseRecipe(recipe)) }).toEqual(expected);
  });

  it('tiles that are large enough to choose how they are deflated', async () => {
    const digests: Record<string, string> = {};
    for (const { name, bytes } of largeTiles()) digests[name] = sha256(await deflate(bytes));
    expect(digests).toEqual({
      'noise beside a plane of zeros': '61c331683f3d800f91d7f4131bdf126f00b279c624bc293f8b9d89550a70ad69',
      'differences of 16-bit elevation': '5fff1cee4577fd1c891f242e01c8ac9cea6ff320f87e8adb5e338d3133629b2b',
      'slopes of interpolated values': '65cd1ee39b3e2a259f8a48be6e9c71ec8adb5108299608d7b524ff27bb029df7',
    });
  });
});
