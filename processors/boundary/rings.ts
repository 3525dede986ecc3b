import type { FlatGeometry, Ring } from './geometry.ts';
import type { Segment } from './segments.ts';

/** The edge that begins at a vertex. */
export function edgeAt(coordinates: Float64Array, vertex: number): Segment {
  const at = vertex * 2;
  return [coordinates[at] ?? 0, coordinates[at + 1] ?? 0, coordinates[at + 2] ?? 0, coordinates[at + 3] ?? 0];
}

/** Twice the signed area of a ring of flat coordinates: positive when counter-clockwise. */
export function doubledArea(coordinates: Float64Array, firstVertex: number, endVertex: number): number {
  const originX = coordinates[firstVertex * 2] ?? 0;
  const originY = coordinates[firstVertex * 2 + 1] ?? 0;
  let sum = 0;
  for (let vertex = firstVertex; vertex + 1 < endVertex; vertex++) {
    const [x0, y0, x1, y1] = edgeAt(coordinates, vertex);
    sum += (x0 - originX) * (y1 - originY) - (x1 - originX) * (y0 - originY);
  }
  return sum;
}

/** As {@link doubledArea}, for positions. Differences to the first position keep far-off rings exact. */
export function doubledAreaOf(ring: Ring): number {
  const [[originX = 0, originY = 0] = []] = ring;
  let sum = 0;
  for (let index = 1; index < ring.length; index++) {
    const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = []] = [ring[index - 1], ring[index]];
    sum += (x0 - originX) * (y1 - originY) - (x1 - originX) * (y0 - originY);
  }
  return sum;
}

/** For each ring 1 when its edges have the inside of the geometry on their right: a clockwise shell or the like. */
export function findReversedRings({ coordinates, ringStarts, polygonStarts }: FlatGeometry): Uint8Array {
  const reversed = new Uint8Array(Math.max(0, ringStarts.length - 1));
  for (let polygon = 0; polygon + 1 < polygonStarts.length; polygon++) {
    const shell = polygonStarts[polygon] ?? 0;
    for (let ring = shell; ring < (polygonStarts[polygon + 1] ?? 0); ring++) {
      const isClockwise = doubledArea(coordinates, ringStarts[ring] ?? 0, ringStarts[ring + 1] ?? 0) < 0;
      reversed[ring] = isClockwise === (ring === shell) ? 1 : 0;
    }
  }
  return reversed;
}

/** The ring that a vertex belongs to. */
export function ringOf(ringStarts: Uint32Array, vertex: number): number {
  let low = 0;
  let high = ringStarts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((ringStarts[middle] ?? 0) <= vertex) low = middle;
    else high = middle;
  }
  return low;
}
