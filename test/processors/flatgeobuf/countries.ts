import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import * as z from 'zod';
import { readByNpm } from './read.ts';
import { sampleData } from './sources.ts';

const countrySchema = z.object({
  properties: z.object({ code: z.string() }),
  geometry: z.object({ coordinates: z.array(z.array(z.array(z.array(z.number())))) }),
});

/** The countries of the sample data by their code; all valid, and none overlaps another. */
export async function readCountries(): Promise<ReadonlyMap<string, MultiPolygonCoordinates>> {
  const countries = (await readByNpm(sampleData('boundaries/countries.fgb'))).map((feature) => {
    const { properties, geometry } = countrySchema.parse(feature);
    return [properties.code, geometry.coordinates] as const;
  });
  return new Map(countries);
}

/** Min x, min y, max x, max y. */
export function extentOf(polygons: MultiPolygonCoordinates): [number, number, number, number] {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x = 0, y = 0] of polygons.flat(2)) {
    [minX, maxX] = [Math.min(minX, x), Math.max(maxX, x)];
    [minY, maxY] = [Math.min(minY, y), Math.max(maxY, y)];
  }
  return [minX, minY, maxX, maxY];
}
