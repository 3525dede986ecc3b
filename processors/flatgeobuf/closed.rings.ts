import { envelopeOf, type Part } from './geometry.ts';

/** The rings of some polygons, closed. */
export interface ClosedRings {
  /** x0, y0, x1, y1, … */
  readonly coordinates: Float64Array;
  /** Where each ring begins, and the number of all vertices. */
  readonly ringStarts: Uint32Array;
  readonly envelope: readonly [minX: number, minY: number, maxX: number, maxY: number];
  /** The number that a vertex has among those of all polygons as they stand in the source. */
  numberOf(vertex: number): number;
}

/** Closes rings that do not end where they begin. Rings of one polygon that are closed are taken as they are. */
export function closeRings(polygons: readonly Part[]): ClosedRings {
  const envelope = envelopeOf(polygons);
  const [only] = polygons;
  if (polygons.length === 1 && only !== undefined && areClosed(only)) {
    return {
      coordinates: only.xy,
      ringStarts: Uint32Array.of(0, ...only.ends),
      envelope,
      numberOf: (vertex) => vertex,
    };
  }
  const ringCount = polygons.reduce((sum, { ends }) => sum + ends.length, 0);
  const vertexCount = polygons.reduce((sum, { xy }) => sum + xy.length / 2, ringCount);
  const coordinates = new Float64Array(vertexCount * 2);
  const numbers = new Uint32Array(vertexCount);
  const ringStarts = new Uint32Array(ringCount + 1);
  let count = 0;
  let ring = 0;
  let first = 0;
  for (const { xy, ends } of polygons) {
    let start = 0;
    for (const end of ends) {
      for (let at = start; at < (isClosed(xy, start, end) ? end : end + 1); at++) {
        const vertex = at < end ? at : start;
        coordinates[count * 2] = xy[vertex * 2] ?? 0;
        coordinates[count * 2 + 1] = xy[vertex * 2 + 1] ?? 0;
        numbers[count++] = first + vertex;
      }
      ringStarts[++ring] = count;
      start = end;
    }
    first += xy.length / 2;
  }
  return {
    coordinates: coordinates.subarray(0, count * 2),
    ringStarts,
    envelope,
    numberOf: (vertex) => numbers[vertex] ?? 0,
  };
}

function areClosed({ xy, ends }: Part): boolean {
  return ends.every((end, ring) => isClosed(xy, ends[ring - 1] ?? 0, end));
}

function isClosed(xy: Float64Array, start: number, end: number): boolean {
  return xy[start * 2] === xy[end * 2 - 2] && xy[start * 2 + 1] === xy[end * 2 - 1];
}
