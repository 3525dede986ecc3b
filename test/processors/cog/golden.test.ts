import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { serialiseRecipe } from '../../../cache/recipe.ts';
import { cogEngine } from '../../../processors/cog/engine.ts';
import { clipBytes } from './clip.ts';
import { stars } from './polygons.ts';

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
        blob: '61dfbfaaea0b7c8aef42482c051282087af75baeab91f51bc4d3fe2793c69c46',
        clip: 'bde38e9413b82bed32a931a077c1a56b70953106b90324eaf0bac120d1500f31',
        recipe: 'c11661e50b4e923fff0504fb803828aa6696209021816a076508294d17a0455c',
      },
    },
    {
      name: 'zones, uint16, sparse, with nearest overviews',
      file: 'admin1_zones_45s.tif',
      boundary: stars(12, [10, 30, 40, 60]),
      expected: {
        blob: '8f75d7332a5944f9eb8eae451a9c7ef0e36cccbe2d34031d7f69f5d633d681b3',
        clip: '29005a1895abdeb68e687506fc545743875430641dc753e6b4eea5e5617862c7',
        recipe: '24416b17a5dc922983b1e4eb4c96105175cec38ae6497e0e65a905d44dad1704',
      },
    },
  ])('$name', async ({ file, boundary, expected }) => {
    const { recipe, blob, file: clip } = await clipBytes(readFileSync(path.join(rasters, file)), boundary);
    expect({ blob: sha256(blob), clip: sha256(clip), recipe: sha256(serialiseRecipe(recipe)) }).toEqual(expected);
  });
});
