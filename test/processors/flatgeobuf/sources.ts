import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { random, star } from '../cog/polygons.ts';

/** Types that can be cut, as GeoJSON and OGR know them. */
export const geometryTypes = [
  'Point',
  'LineString',
  'Polygon',
  'MultiPoint',
  'MultiLineString',
  'MultiPolygon',
] as const;
export type GeometryType = (typeof geometryTypes)[number];

export interface SourceJob {
  type: GeometryType;
  count: number;
  seed: number;
  /** Third ordinate of each vertex. */
  hasZ?: boolean;
  /** Where the square from 0 to 10 is moved to. */
  onto?: readonly [minX: number, minY: number, maxX: number, maxY: number];
  /** Further arguments of ogr2ogr, such as `-t_srs`. */
  options?: readonly string[];
}

/** Features over the square from −1 to 11, with attributes of many types; made a FlatGeobuf by ogr2ogr. */
export function makeSource(folder: string, name: string, job: SourceJob): string {
  const next = random(job.seed);
  const features = Array.from({ length: job.count }, (_, id) => ({
    type: 'Feature',
    properties: properties(id, next),
    geometry: { type: job.type, coordinates: moved(coordinatesOf(job, next), job.onto ?? [0, 0, 10, 10]) },
  }));
  const from = path.join(folder, `${name}.geojson`);
  const to = path.join(folder, `${name}.fgb`);
  writeFileSync(from, JSON.stringify({ type: 'FeatureCollection', name, features }));
  const options = ['-nlt', job.type.toUpperCase() + (job.hasZ === true ? 'Z' : ''), ...(job.options ?? [])];
  execFileSync('ogr2ogr', ['-f', 'FlatGeobuf', to, from, ...options], { stdio: 'pipe' });
  return to;
}

/** A boundary as a GeoJSON file, for ogr2ogr. */
export function writeBoundary(folder: string, name: string, polygons: MultiPolygonCoordinates): string {
  const file = path.join(folder, `${name}.geojson`);
  const geometry = { type: 'MultiPolygon', coordinates: polygons };
  const features = [{ type: 'Feature', properties: {}, geometry }];
  writeFileSync(file, JSON.stringify({ type: 'FeatureCollection', features }));
  return file;
}

/** A file of the sample data. */
export function sampleData(name: string): Uint8Array {
  return readFileSync(path.join(import.meta.dirname, '../../../data', name));
}

function properties(id: number, next: () => number): Record<string, unknown> {
  return {
    id,
    large: 9_007_199_254_740_000 + id,
    text: `Zürich ${id} ☃`,
    ratio: next(),
    day: `20${10 + (id % 15)}-0${1 + (id % 9)}-11`,
    time: `2024-05-0${1 + (id % 9)}T10:20:30Z`,
    sometimes: id % 3 === 0 ? null : id,
    yes: id % 2 === 0,
  };
}

function coordinatesOf({ type, hasZ = false }: SourceJob, next: () => number): unknown {
  const place = (): [number, number] => [next() * 12 - 1, next() * 12 - 1];
  const withZ = (position: readonly number[]): readonly number[] => (hasZ ? [...position, next() * 100] : position);
  const line = (): unknown => {
    let [x, y] = place();
    return Array.from({ length: 2 + Math.floor(next() * 12) }, () => withZ([(x += next() - 0.5), (y += next() - 0.5)]));
  };
  const polygon = (): unknown => {
    const [x, y] = place();
    const radius = 0.05 + next() ** 3 * 2.5;
    const rings = [
      star(next, x, y, radius, 5 + Math.floor(next() * 40)),
      star(next, x, y, radius * 0.3, 6).toReversed(),
    ];
    return hasZ ? rings.map(withHeights) : rings;
  };
  const withHeights = (ring: readonly (readonly number[])[]): unknown => {
    const open = ring.slice(0, -1).map(withZ);
    return [...open, open[0]];
  };
  const several = <Item>(make: () => Item): Item[] => Array.from({ length: 1 + Math.floor(next() * 3) }, make);
  switch (type) {
    case 'Point':
      return withZ(place());
    case 'LineString':
      return line();
    case 'Polygon':
      return polygon();
    case 'MultiPoint':
      return several(() => withZ(place()));
    case 'MultiLineString':
      return several(line);
    case 'MultiPolygon':
      return apart(several(polygon));
  }
}

/** Moves coordinates from the square from 0 to 10 onto a box. */
function moved(coordinates: unknown, onto: NonNullable<SourceJob['onto']>): unknown {
  if (!Array.isArray(coordinates)) return coordinates;
  if (typeof coordinates[0] !== 'number') return coordinates.map((item: unknown) => moved(item, onto));
  const [x, y, ...others]: number[] = coordinates;
  const [minX, minY, maxX, maxY] = onto;
  return [minX + ((x ?? 0) / 10) * (maxX - minX), minY + ((y ?? 0) / 10) * (maxY - minY), ...others];
}

/** Moves polygons so far apart that they cannot overlap. */
function apart(polygons: unknown[]): unknown[] {
  const shift = (value: unknown, by: number): unknown =>
    Array.isArray(value)
      ? typeof value[0] === 'number'
        ? [value[0] + by, ...value.slice(1)]
        : value.map((item: unknown) => shift(item, by))
      : value;
  return polygons.map((polygon, index) => shift(polygon, index * 20));
}
