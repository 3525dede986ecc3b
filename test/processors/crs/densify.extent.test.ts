import { describe, expect, it } from 'vitest';
import { flattenMultiPolygon } from '../../../processors/boundary/geometry.ts';
import { rasterise } from '../../../processors/cog/rows.ts';
import { resolveCrs } from '../../../processors/crs/crs.ts';
import { type Extent, projectGeometry } from '../../../processors/crs/densify.ts';
import { stars } from '../cog/polygons.ts';

const everywhere = [-180, -90, 180, 90] as const;
const PIXELS = 60;

/** Pixels of the extent, in rows of equal height, whose centre lies inside. */
function pixelsOf({ coordinates, ringStarts }: ReturnType<typeof projectGeometry>, [minX, minY, maxX, maxY]: Extent) {
  const place = (value: number, index: number): number => {
    return index % 2 === 0 ? ((value - minX) / (maxX - minX)) * PIXELS : ((maxY - value) / (maxY - minY)) * PIXELS;
  };
  const spans = rasterise({ coordinates: coordinates.map(place), ringStarts }, PIXELS, PIXELS);
  return Array.from({ length: PIXELS }, (_, row) => [...spans.runs(row)]);
}

describe('an extent spares vertices elsewhere and changes no pixel in it', () => {
  it.each([
    ['UTM', 32633, [300_000, 5_000_000, 700_000, 5_400_000], [5, 30, 30, 60], 1e-2],
    ['Mollweide', 54009, [1_000_000, 2_000_000, 1_600_000, 2_500_000], [-30, -20, 60, 60], 1],
    ['polar stereographic', 3413, [-400_000, -2_000_000, 100_000, -1_500_000], [-120, 50, 20, 85], 1],
  ] as const)('%s', async (_name, code, extent, bounds, tolerance) => {
    const crs = await resolveCrs({ code, wkt: null });
    for (let seed = 1; seed <= 20; seed++) {
      const geometry = flattenMultiPolygon(stars(seed, bounds));
      const whole = projectGeometry(geometry, crs, tolerance, everywhere);
      const spared = projectGeometry(geometry, crs, tolerance, everywhere, extent);
      expect(pixelsOf(spared, extent)).toEqual(pixelsOf(whole, extent));
      expect(spared.coordinates.length).toBeLessThan(whole.coordinates.length / 2);
    }
  });
});
