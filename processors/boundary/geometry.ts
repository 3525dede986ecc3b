/** `[x, y]` positions of a closed ring, GeoJSON style. */
export type Ring = readonly (readonly number[])[];
/** Coordinates of a GeoJSON MultiPolygon. */
export type MultiPolygonCoordinates = readonly (readonly Ring[])[];

/**
 * A multipolygon as flat arrays. Rings are closed (the first vertex stands again at the end); orientation is free.
 * The first ring of a polygon is its shell, the others are holes.
 */
export interface FlatGeometry {
  /** x0, y0, x1, y1, … */
  readonly coordinates: Float64Array;
  /** First vertex of each ring, and the vertex count at the end. */
  readonly ringStarts: Uint32Array;
  /** First ring of each polygon, and the ring count at the end. */
  readonly polygonStarts: Uint32Array;
  /** Min x, min y, max x, max y; infinite and inverted when empty. */
  readonly envelope: readonly [minX: number, minY: number, maxX: number, maxY: number];
}

/** Vertices of a boundary that is prepared: twice the most detailed one asked for yet. Some 1.5 GB, and 20 seconds. */
export const VERTICES_MAX = 16_000_000;

/** Flattens GeoJSON coordinates; third and further ordinates are left out. */
export function flattenMultiPolygon(polygons: MultiPolygonCoordinates): FlatGeometry {
  const rings = polygons.flat();
  const vertexCount = rings.reduce((sum, ring) => sum + ring.length, 0);
  const coordinates = new Float64Array(vertexCount * 2);
  const ringStarts = new Uint32Array(rings.length + 1);
  const polygonStarts = new Uint32Array(polygons.length + 1);
  let position = 0;
  rings.forEach((ring, index) => {
    for (const [x = Number.NaN, y = Number.NaN] of ring) {
      coordinates[position++] = x;
      coordinates[position++] = y;
    }
    ringStarts[index + 1] = position / 2;
  });
  polygons.forEach((polygon, index) => {
    polygonStarts[index + 1] = (polygonStarts[index] ?? 0) + polygon.length;
  });
  return { coordinates, ringStarts, polygonStarts, envelope: envelopeOf(coordinates) };
}

/** Min x, min y, max x, max y of flat coordinates; NaN where one is NaN, infinite and inverted when there are none. */
export function envelopeOf(coordinates: Float64Array): FlatGeometry['envelope'] {
  let minX = Infinity;
  let minY = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  for (let at = 0; at < coordinates.length; at += 2) {
    const x = coordinates[at] ?? 0;
    const y = coordinates[at + 1] ?? 0;
    minX = Math.min(minX, x);
    minY = Math.min(minY, y);
    maxX = Math.max(maxX, x);
    maxY = Math.max(maxY, y);
  }
  return [minX, minY, maxX, maxY];
}
