import { orient2d } from 'robust-predicates';
import type { FlatGeometry } from './geometry.ts';
import { areRingsNested } from './nesting.ts';
import { edgeAt, findReversedRings, ringOf } from './rings.ts';
import { commonPoint, crossOrOverlap, type Point } from './segments.ts';
import { type EdgeConflict, hasConflict, isCrowded } from './simple.ts';
import type { EdgeTree } from './tree.ts';

/**
 * Whether a geometry is what the planners rely on: edges meet in single points only, no ring touches itself, rings that
 * touch do not change sides there, and each has the inside on the side that a shell or a hole should have it on. Valid
 * polygons of the Simple Features standard are (but for the interior having to be connected, which does not matter).
 */
export function isValid(geometry: FlatGeometry, tree: EdgeTree): boolean {
  const { coordinates, ringStarts } = geometry;
  // Where many rings crowd together, finding their sides would take hours; they count as invalid and are united.
  if (ringStarts.length > 2 && isCrowded(coordinates, tree)) return false;
  if (haveRingsConflict(geometry, tree)) return false;
  return areRingsNested(geometry, tree, findReversedRings(geometry));
}

/** Whether edges cross or share a stretch, a ring touches itself, or rings change sides where they touch. */
export function haveRingsConflict(geometry: FlatGeometry, tree: EdgeTree): boolean {
  return hasConflict(geometry.coordinates, tree, conflictIn(geometry));
}

/** As {@link haveRingsConflict}, for two edges. */
export function conflictIn({ coordinates, ringStarts }: FlatGeometry): EdgeConflict {
  return (edge, other) => {
    const [a, b] = [edgeAt(coordinates, edge), edgeAt(coordinates, other)];
    if (crossOrOverlap(a, b)) return true;
    if (Math.abs(edge - other) === 1) return false;
    const point = commonPoint(a, b);
    if (point === null) return false;
    const [ring, otherRing] = [ringOf(ringStarts, edge), ringOf(ringStarts, other)];
    const walker = (of: number): RingWalker =>
      new RingWalker(coordinates, ringStarts[of] ?? 0, ringStarts[of + 1] ?? 0);
    if (ring !== otherRing)
      return changeSides(point, walker(ring).arms(edge, point), walker(otherRing).arms(other, point));
    return !walker(ring).areConsecutive(edge, other, point);
  };
}

class RingWalker {
  readonly #coordinates: Float64Array;
  readonly #first: number;
  /** Vertices without the last, which is the first again. */
  readonly #count: number;

  constructor(coordinates: Float64Array, first: number, end: number) {
    this.#coordinates = coordinates;
    this.#first = first;
    this.#count = end - first - 1;
  }

  /** The ends of the ways that leave a point on an edge, backwards and forwards along the ring. */
  arms(edge: number, point: Point): [Point, Point] {
    return [this.#pointApart(edge, -1, point), this.#pointApart(edge + 1, 1, point)];
  }

  /** Whether two edges that touch in a point follow each other there, but for repeated vertices. */
  areConsecutive(edge: number, other: number, point: Point): boolean {
    return this.#ends(edge, other, point) || this.#ends(other, edge, point);
  }

  /** Whether the first edge ends in the point and the second begins there, with nothing but repeats in between. */
  #ends(edge: number, next: number, point: Point): boolean {
    let vertex = edge + 1;
    for (let steps = 0; steps < this.#count && isSame(this.#at(vertex), point); steps++, vertex++) {
      if ((vertex - next) % this.#count === 0) return true;
    }
    return false;
  }

  #pointApart(vertex: number, step: 1 | -1, point: Point): Point {
    let here = vertex;
    for (let steps = 0; steps < this.#count && isSame(this.#at(here), point); steps++) here += step;
    return this.#at(here);
  }

  #at(vertex: number): Point {
    const place = (((vertex - this.#first) % this.#count) + this.#count) % this.#count;
    const [x, y] = edgeAt(this.#coordinates, this.#first + place);
    return [x, y];
  }
}

function isSame(a: Point, b: Point): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** Whether two ways through a point pass through each other there, exactly. */
function changeSides(point: Point, [from, to]: [Point, Point], [otherFrom, otherTo]: [Point, Point]): boolean {
  const isLeft = (a: Point, b: Point, c: Point): boolean => orient2d(...a, ...b, ...c) < 0;
  const turnsLeft = isLeft(from, point, to);
  const isOnLeft = (end: Point): boolean => {
    const [isLeftOfFirst, isLeftOfSecond] = [isLeft(from, point, end), isLeft(point, to, end)];
    return turnsLeft ? isLeftOfFirst && isLeftOfSecond : isLeftOfFirst || isLeftOfSecond;
  };
  return isOnLeft(otherFrom) !== isOnLeft(otherTo);
}
