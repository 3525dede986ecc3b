import { orient2d } from 'robust-predicates';
import type { FlatGeometry } from './geometry.ts';
import type { Segment, SegmentBuffer } from './segments.ts';

/** The edge that begins at a vertex. */
export function edgeAt(coordinates: Float64Array, vertex: number): Segment {
  const at = vertex * 2;
  return [coordinates[at] ?? 0, coordinates[at + 1] ?? 0, coordinates[at + 2] ?? 0, coordinates[at + 3] ?? 0];
}

/** As {@link edgeAt}, into a buffer. */
export function readEdge(coordinates: Float64Array, vertex: number, into: SegmentBuffer): void {
  const at = vertex * 2;
  into[0] = coordinates[at] ?? 0;
  into[1] = coordinates[at + 1] ?? 0;
  into[2] = coordinates[at + 2] ?? 0;
  into[3] = coordinates[at + 3] ?? 0;
}

/** Twice the signed area of a ring of flat coordinates: positive when counter-clockwise. */
export function doubledArea(coordinates: Float64Array, firstVertex: number, endVertex: number): number {
  const originX = coordinates[firstVertex * 2] ?? 0;
  const originY = coordinates[firstVertex * 2 + 1] ?? 0;
  let x0 = 0;
  let y0 = 0;
  let sum = 0;
  for (let at = (firstVertex + 1) * 2; at < endVertex * 2; at += 2) {
    const x1 = (coordinates[at] ?? 0) - originX;
    const y1 = (coordinates[at + 1] ?? 0) - originY;
    sum += x0 * y1 - x1 * y0;
    x0 = x1;
    y0 = y1;
  }
  return sum;
}

/** How narrow a ring is that rounding may have made, as a share of the largest coordinate. */
const ROUNDING_WIDTH = 4 * Number.EPSILON;

/** Whether a ring of flat coordinates is no wider than what rounding a crossing point moves it. */
export function isSliver(coordinates: Float64Array, firstVertex: number, endVertex: number): boolean {
  let perimeter = 0;
  let largest = 0;
  for (let at = firstVertex * 2; at + 3 < endVertex * 2; at += 2) {
    const x = coordinates[at] ?? 0;
    const y = coordinates[at + 1] ?? 0;
    const dx = (coordinates[at + 2] ?? 0) - x;
    const dy = (coordinates[at + 3] ?? 0) - y;
    perimeter += Math.sqrt(dx * dx + dy * dy);
    largest = Math.max(largest, Math.abs(x), Math.abs(y));
  }
  return Math.abs(doubledArea(coordinates, firstVertex, endVertex)) <= 2 * perimeter * largest * ROUNDING_WIDTH;
}

/** For each ring 1 when its edges have the inside of the geometry on their right: a clockwise shell or the like. */
export function findReversedRings({
  coordinates,
  ringStarts,
  polygonStarts,
}: Omit<FlatGeometry, 'envelope'>): Uint8Array {
  const reversed = new Uint8Array(Math.max(0, ringStarts.length - 1));
  for (let polygon = 0; polygon + 1 < polygonStarts.length; polygon++) {
    const shell = polygonStarts[polygon] ?? 0;
    for (let ring = shell; ring < (polygonStarts[polygon + 1] ?? 0); ring++) {
      const isBackwards = isClockwise(coordinates, ringStarts[ring] ?? 0, ringStarts[ring + 1] ?? 0);
      reversed[ring] = isBackwards === (ring === shell) ? 1 : 0;
    }
  }
  return reversed;
}

/** Whether a ring runs clockwise; exact for one that does not cross itself, however narrow it is. */
function isClockwise(coordinates: Float64Array, firstVertex: number, endVertex: number): boolean {
  const area = doubledArea(coordinates, firstVertex, endVertex);
  const bound = roundingOfArea(coordinates, firstVertex, endVertex);
  if (Math.abs(area) > bound) return area < 0;
  return (turnAtFirst(coordinates, firstVertex, endVertex) || area) < 0;
}

/** What rounding can add up to in {@link doubledArea}: a share of each vertex' products, and of the sum at each step. */
function roundingOfArea(coordinates: Float64Array, firstVertex: number, endVertex: number): number {
  const originX = coordinates[firstVertex * 2] ?? 0;
  const originY = coordinates[firstVertex * 2 + 1] ?? 0;
  let width = 0;
  let height = 0;
  for (let at = firstVertex * 2; at < endVertex * 2; at += 2) {
    const dx = Math.abs((coordinates[at] ?? 0) - originX);
    const dy = Math.abs((coordinates[at + 1] ?? 0) - originY);
    if (dx > width) width = dx;
    if (dy > height) height = dy;
  }
  const count = endVertex - firstVertex;
  return 2 * count * width * height * (count + 8) * Number.EPSILON;
}

/** Positive when a ring turns left where it comes furthest to the left (and down), exactly; 0 at a spike. */
function turnAtFirst(coordinates: Float64Array, firstVertex: number, endVertex: number): number {
  const count = endVertex - firstVertex - 1;
  const at = (place: number): [x: number, y: number] => {
    const [x, y] = edgeAt(coordinates, firstVertex + ((place + count) % count));
    return [x, y];
  };
  const differs = (a: number, b: number): boolean => at(a)[0] !== at(b)[0] || at(a)[1] !== at(b)[1];
  let first = 0;
  for (let place = 1; place < count; place++) {
    const [[x, y], [leastX, leastY]] = [at(place), at(first)];
    if (x < leastX || (x === leastX && y < leastY)) first = place;
  }
  let before = first - 1;
  while (before > first - count && !differs(before, first)) before--;
  let after = first + 1;
  while (after < first + count && !differs(after, first)) after++;
  return -orient2d(...at(before), ...at(first), ...at(after));
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
