/** GeoJSON as people send it, and as they should not. */
export const square = (x: number, y: number, size: number): [number, number][] => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
];
export const polygon = (...rings: unknown[]): object => ({ type: 'Polygon', coordinates: rings });
export const feature = (geometry: unknown, more: object = {}): object => ({
  type: 'Feature',
  properties: { name: 'a' },
  geometry,
  ...more,
});
export const collection = (features: unknown[], more: object = {}): object => ({
  type: 'FeatureCollection',
  features,
  ...more,
});
export const POINT = { type: 'Point', coordinates: [0, 0] };
/** Geometry collections in one another, as text since it may be deeper than JSON is written. */
export const nested = (depth: number): string =>
  '{"type":"GeometryCollection","geometries":['.repeat(depth) + ']}'.repeat(depth);
export const crs = (name: string): object => ({ crs: { type: 'name', properties: { name } } });
/** A closed ring with a radius of one degree, at 7 decimals. */
export const circle = (vertices: number): [number, number][] => {
  const ring = Array.from({ length: vertices - 1 }, (_, index): [number, number] => {
    const angle = (index / (vertices - 1)) * 2 * Math.PI;
    // Every other one a little further out, so that rounding leaves no two alike.
    const radius = 1 + (index % 2) * 1e-5;
    return [Number((radius * Math.cos(angle)).toFixed(7)), Number((radius * Math.sin(angle)).toFixed(7))];
  });
  return [...ring, ring[0] ?? [0, 0]];
};
