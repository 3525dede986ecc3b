import { orient2d } from 'robust-predicates';
import type { FlatGeometry } from './geometry.ts';
import { GrowingFloat64 } from './growing.float64.ts';
import { GrowingUint32 } from './growing.uint32.ts';
import { RingBoxes } from './ring.boxes.ts';
import { edgeAt, ringOf } from './rings.ts';
import { type Meeting, meetSegments } from './segments.ts';

/** Points at which edges are to be split, in no order; the same one may stand there several times. */
export interface Splits {
  readonly edges: GrowingUint32;
  readonly xs: GrowingFloat64;
  readonly ys: GrowingFloat64;
}

/** Where edges of rings meet that do not follow one another. */
export interface RingMeetings {
  readonly boxes: RingBoxes;
  /** Whether any two edges cross properly. */
  readonly isCrossed: boolean;
  /** Edges that meet in an end of one of them, two by two. */
  readonly touching: GrowingUint32;
  /** Ends that lie between the ends of another edge, and crossing points rounded to doubles. */
  readonly splits: Splits;
  /** 1 for each vertex that is in the place of another one. */
  readonly isMet: Uint8Array;
}

/**
 * Points of one feature beyond which it is left to others to refuse it: 20 bytes each, and 100 for what is made of them.
 */
const SPLITS_MAX = 300_000;
/** Numbers of edges that touch; thousands of edges that come to one point would make millions of pairs. 8 MB. */
const TOUCHING_MAX = 2_000_000;

/**
 * Finds where edges of rings meet, exactly, in time that grows with n log n and with the number of such points.
 * @param rings closed, each vertex differing from the one before.
 * @returns null when edges share a stretch, when they crowd together, or when they meet too often.
 */
export function findMeetings(rings: Pick<FlatGeometry, 'coordinates' | 'ringStarts'>): RingMeetings | null {
  return new MeetingFinder(rings).find();
}

class MeetingFinder implements Meeting {
  readonly #coordinates: Float64Array;
  readonly #ringStarts: Uint32Array;
  readonly #touching = new GrowingUint32(16);
  readonly #splits: Splits = {
    edges: new GrowingUint32(16),
    xs: new GrowingFloat64(16),
    ys: new GrowingFloat64(16),
  };
  readonly #isMet: Uint8Array;
  #isCrossed = false;
  /** The edges being compared. */
  #edge = 0;
  #other = 0;

  constructor({ coordinates, ringStarts }: Pick<FlatGeometry, 'coordinates' | 'ringStarts'>) {
    this.#coordinates = coordinates;
    this.#ringStarts = ringStarts;
    this.#isMet = new Uint8Array(coordinates.length / 2);
  }

  find(): RingMeetings | null {
    const boxes = new RingBoxes({ coordinates: this.#coordinates, ringStarts: this.#ringStarts });
    const isGivenUp = boxes.hasConflict((edge, other) => this.#compare(edge, other));
    if (isGivenUp !== false) return null;
    this.#markEnds();
    return {
      boxes,
      isCrossed: this.#isCrossed,
      touching: this.#touching,
      splits: this.#splits,
      isMet: this.#isMet,
    };
  }

  splitA(x: number, y: number): void {
    this.#split(this.#edge, x, y);
  }

  splitB(x: number, y: number): void {
    this.#split(this.#other, x, y);
  }

  identify(x: number, y: number): void {
    this.#mark(this.#edge, x, y);
    this.#mark(this.#other, x, y);
  }

  /** A ring's last vertex is its first one again. */
  #markEnds(): void {
    for (let ring = 0; ring + 1 < this.#ringStarts.length; ring++) {
      const [first = 0, end = 0] = [this.#ringStarts[ring], this.#ringStarts[ring + 1]];
      if (end > first && this.#isMet[end - 1] === 1) this.#isMet[first] = 1;
      else if (this.#isMet[first] === 1) this.#isMet[end - 1] = 1;
    }
  }

  /** Notes how two edges meet; true when that is in more than a point, or too often. */
  #compare(edge: number, other: number): boolean {
    const xy = this.#coordinates;
    const ax0 = xy[edge * 2] ?? 0;
    const ay0 = xy[edge * 2 + 1] ?? 0;
    const ax1 = xy[edge * 2 + 2] ?? 0;
    const ay1 = xy[edge * 2 + 3] ?? 0;
    const bx0 = xy[other * 2] ?? 0;
    const by0 = xy[other * 2 + 1] ?? 0;
    const bx1 = xy[other * 2 + 2] ?? 0;
    const by1 = xy[other * 2 + 3] ?? 0;
    // A vertex that no other one is like is where most edges meet.
    if (other === edge + 1) return isSpike(ax0, ay0, ax1, ay1, bx1, by1);
    if (edge === other + 1) return isSpike(bx0, by0, bx1, by1, ax1, ay1);
    const sideOfA0 = orient2d(bx0, by0, bx1, by1, ax0, ay0);
    const sideOfA1 = orient2d(bx0, by0, bx1, by1, ax1, ay1);
    if ((sideOfA0 < 0 && sideOfA1 < 0) || (sideOfA0 > 0 && sideOfA1 > 0)) return false;
    const sideOfB0 = orient2d(ax0, ay0, ax1, ay1, bx0, by0);
    const sideOfB1 = orient2d(ax0, ay0, ax1, ay1, bx1, by1);
    if ((sideOfB0 < 0 && sideOfB1 < 0) || (sideOfB0 > 0 && sideOfB1 > 0)) return false;
    if (this.#areLinked(edge, other)) return isSpike(ax1, ay1, ax0, ay0, bx0, by0);
    if (this.#areLinked(other, edge)) return isSpike(bx1, by1, bx0, by0, ax0, ay0);
    this.#edge = edge;
    this.#other = other;
    if (sideOfA0 !== 0 && sideOfA1 !== 0 && sideOfB0 !== 0 && sideOfB1 !== 0) this.#isCrossed = true;
    else {
      if (sideOfA0 === 0 && sideOfA1 === 0 && shareStretch(ax0, ay0, ax1, ay1, bx0, by0, bx1, by1)) return true;
      this.#touching.push(edge);
      this.#touching.push(other);
    }
    meetSegments(edgeAt(xy, edge), edgeAt(xy, other), 0, this);
    return this.#splits.edges.length > SPLITS_MAX || this.#touching.length > TOUCHING_MAX;
  }

  /** Whether the second edge closes the ring that the first one begins. */
  #areLinked(first: number, last: number): boolean {
    const xy = this.#coordinates;
    if (xy[first * 2] !== xy[last * 2 + 2] || xy[first * 2 + 1] !== xy[last * 2 + 3]) return false;
    const ring = ringOf(this.#ringStarts, first);
    return this.#ringStarts[ring] === first && this.#ringStarts[ring + 1] === last + 2;
  }

  #split(edge: number, x: number, y: number): void {
    // A crossing point that was rounded to an end splits the other edge alone.
    if (this.#isAt(edge, x, y) || this.#isAt(edge + 1, x, y)) return;
    const { edges, xs, ys } = this.#splits;
    edges.push(edge);
    xs.push(x);
    ys.push(y);
  }

  #mark(edge: number, x: number, y: number): void {
    this.#isMet[this.#isAt(edge, x, y) ? edge : edge + 1] = 1;
  }

  #isAt(vertex: number, x: number, y: number): boolean {
    return this.#coordinates[vertex * 2] === x && this.#coordinates[vertex * 2 + 1] === y;
  }
}

/** Whether the way from one point over another to a third goes back on itself. */
function isSpike(x0: number, y0: number, x1: number, y1: number, x2: number, y2: number): boolean {
  if ((x0 - x1) * (x2 - x1) + (y0 - y1) * (y2 - y1) < 0) return false;
  return orient2d(x0, y0, x1, y1, x2, y2) === 0 && shareStretch(x0, y0, x1, y1, x1, y1, x2, y2);
}

/** For segments on one line. */
function shareStretch(
  ax0: number,
  ay0: number,
  ax1: number,
  ay1: number,
  bx0: number,
  by0: number,
  bx1: number,
  by1: number,
): boolean {
  if (Math.abs(bx1 - bx0) >= Math.abs(by1 - by0))
    return Math.max(Math.min(ax0, ax1), Math.min(bx0, bx1)) < Math.min(Math.max(ax0, ax1), Math.max(bx0, bx1));
  return Math.max(Math.min(ay0, ay1), Math.min(by0, by1)) < Math.min(Math.max(ay0, ay1), Math.max(by0, by1));
}
