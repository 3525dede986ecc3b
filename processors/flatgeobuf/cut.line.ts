import { Problem } from '../../cache/problem.ts';
import { GrowingUint32 } from '../boundary/growing.uint32.ts';
import { NearEdges } from '../boundary/near.edges.ts';
import type { PreparedBoundary } from '../boundary/prepared.ts';
import { readEdge, ringOf } from '../boundary/rings.ts';
import {
  liesAlong,
  type Meeting,
  meetSegments,
  positionAlong,
  roundingReach,
  type SegmentBuffer,
} from '../boundary/segments.ts';
import { LinePieces, type Link } from './cut.line.pieces.ts';
import type { Cut } from './cut.ts';
import { envelopeOf, type Part } from './geometry.ts';

/** Where a stretch of a line lies: in the boundary, outside, or along its line on the side that is another's. */
type Side = 'inside' | 'outside' | 'along';

/** Numbers of a line's pieces beyond which their room is given back at once. */
const PIECES_SIZE_KEPT_MAX = 100_000;

/** Points at which one feature meets the boundary: more would take more than 200 MB. */
const SPLITS_MAX = 4_000_000;

/**
 * Cuts lines at a boundary: each segment is split where it meets an edge (decided exactly) and the stretches whose
 * middle lies inside are kept. A stretch that runs along an edge belongs to the boundary on its right, or above it,
 * as points do, so that neighbours share no stretch and lose none. A line without length is kept as a point is.
 * Z, M, T and TM are interpolated at the cuts.
 *
 * Keeps the room that it works in from one geometry to the next: lines by the million are cut without leaving anything
 * behind but what is left of them.
 */
export class LineCutter implements Meeting {
  readonly #boundary: PreparedBoundary;
  readonly #near: NearEdges;
  #pieces = new LinePieces();
  /** How far rounding may move a point of the lines. */
  #reach = 0;
  /** Whether the end of what was looked at last belongs to a piece, which may go on. */
  #isOpen = false;
  #isWhole = true;
  #isCovered = true;
  /** The segment being cut and the vertex that it begins at. */
  readonly #segment: SegmentBuffer = [0, 0, 0, 0];
  #vertex = 0;
  /** Where it is split, and whether it meets an edge at all. */
  readonly #splits = new GrowingUint32(16);
  #isMet = false;
  readonly #edge: SegmentBuffer = [0, 0, 0, 0];
  readonly #stretch: SegmentBuffer = [0, 0, 0, 0];
  readonly #compareSplits = (a: number, b: number): number => this.#pieces.shareOf(a) - this.#pieces.shareOf(b);

  constructor(boundary: PreparedBoundary) {
    this.#boundary = boundary;
    this.#near = new NearEdges(boundary.geometry.coordinates, boundary.tree);
  }

  cut(lines: Part): Cut {
    this.#pieces.clear();
    this.#isWhole = true;
    this.#isCovered = true;
    this.#reach = roundingReach(...envelopeOf([lines]));
    let start = 0;
    for (const end of lines.ends) {
      this.#isOpen = false;
      if (end > start && !this.#cutLine(lines.xy, start, end)) this.#cutPoint(lines.xy, start, end);
      start = end;
    }
    const isCovered = this.#isCovered;
    if (this.#pieces.count === 0) return { kind: 'none', isCovered };
    const pieces = this.#pieces;
    const isLarge = pieces.size > PIECES_SIZE_KEPT_MAX;
    if (isLarge) this.#pieces = new LinePieces();
    if (!this.#isWhole)
      return { kind: 'part', isCovered, pieces: isLarge ? lastly(pieces, lines) : [...pieces.parts(lines)] };
    if (isLarge) pieces.release();
    return { kind: 'all' };
  }

  /** @throws {Problem} `unsupported-source` when the lines of one feature are split too often. */
  splitA(x: number, y: number): void {
    if (this.#pieces.splits === SPLITS_MAX) throw tooManySplits();
    this.#splits.push(this.#pieces.addSplit(x, y, this.#vertex, positionAlong(this.#segment, x, y)));
  }

  splitB(): void {
    this.#isMet = true;
  }

  identify(): void {
    this.#isMet = true;
  }

  /** Cuts a line, and tells whether it has a length. */
  #cutLine(xy: Float64Array, first: number, end: number): boolean {
    const segment = this.#segment;
    let hasLength = false;
    /** Where the end of the segment before lies, when that has met nothing. */
    let known: boolean | null = null;
    for (let index = first, searched = first; index + 1 < end; index++) {
      if (index === searched) searched = this.#near.searchOn(xy, index, end - 1, this.#reach);
      readEdge(xy, index, segment);
      if (segment[0] === segment[2] && segment[1] === segment[3]) {
        if (this.#isOpen) this.#pieces.add(index + 1);
        continue;
      }
      hasLength = true;
      if (this.#near.isEmpty) {
        known = this.#addUncut(known, index, searched);
        index = searched - 1;
      } else if (this.#near.find(segment) === 0) {
        known = this.#addUncut(known, index, index + 1);
      } else {
        known = this.#cutSegment(index, known);
      }
    }
    return hasLength;
  }

  /** For a line whose vertices all lie in one place. */
  #cutPoint(xy: Float64Array, first: number, end: number): void {
    if (this.#boundary.containsPoint(xy[first * 2] ?? 0, xy[first * 2 + 1] ?? 0)) {
      this.#pieces.begin();
      this.#pieces.addVertices(first, end);
    } else {
      this.#isWhole = false;
      this.#isCovered = false;
    }
  }

  /**
   * Adds the vertices from one to another, near whose segments there is no edge.
   * @param known where they lie; null when that is to be found out by the segment being cut, the first.
   * @returns where they lie.
   */
  #addUncut(known: boolean | null, first: number, last: number): boolean {
    const isInside = known ?? this.#holdsMiddle(this.#segment);
    if (!isInside) {
      this.#isOpen = false;
      this.#isWhole = false;
      this.#isCovered = false;
      return false;
    }
    if (!this.#isOpen) this.#pieces.begin();
    this.#pieces.addVertices(this.#isOpen ? first + 1 : first, last + 1);
    this.#isOpen = true;
    return true;
  }

  /**
   * Splits the segment at the edges found near it and adds its stretches.
   * @param known where the segment's start lies, unless it may be on the boundary.
   * @returns whether all of it lies inside or all of it outside; null when it meets the boundary.
   */
  #cutSegment(index: number, known: boolean | null): boolean | null {
    const { found } = this.#near;
    const segment = this.#segment;
    const reach = roundingReach(segment[0], segment[1], segment[2], segment[3]);
    this.#vertex = index;
    this.#splits.length = 0;
    this.#isMet = false;
    for (let place = 0; place < found.length; place++) {
      readEdge(this.#boundary.geometry.coordinates, found.values[place] ?? 0, this.#edge);
      meetSegments(segment, this.#edge, reach, this);
    }
    if (this.#splits.length === 0 && !this.#isMet) return this.#addUncut(known, index, index + 1);
    if (this.#splits.length > 1) this.#splits.values.subarray(0, this.#splits.length).sort(this.#compareSplits);
    this.#addStretches(index, reach);
    return null;
  }

  /**
   * Adds the stretches between splits. Neighbours that share their fate are one, so that touching the boundary leaves
   * no vertex behind.
   */
  #addStretches(index: number, reach: number): void {
    const segment = this.#segment;
    const stretch = this.#stretch;
    const splits = this.#splits;
    stretch[0] = segment[0];
    stretch[1] = segment[1];
    let from: Link = index;
    let last: Link = index;
    let isKept: boolean | null = null;
    for (let place = 0; place <= splits.length; place++) {
      const isEnd = place === splits.length;
      const split = splits.values[place] ?? 0;
      stretch[2] = isEnd ? segment[2] : this.#pieces.xOf(split);
      stretch[3] = isEnd ? segment[3] : this.#pieces.yOf(split);
      // A stretch as short as rounding makes it is none.
      if (!isEnd && isShort(stretch, reach)) continue;
      const side = this.#sideOfStretch(reach);
      if (side === 'outside') this.#isCovered = false;
      const isInside = side === 'inside';
      if (isKept !== null && isKept !== isInside) {
        this.#addStretch(from, last, isKept);
        from = last;
      }
      isKept = isInside;
      last = isEnd ? index + 1 : this.#pieces.linkOf(split);
      stretch[0] = stretch[2];
      stretch[1] = stretch[3];
    }
    this.#addStretch(from, last, isKept === true);
  }

  #addStretch(from: Link, to: Link, isKept: boolean): void {
    if (!isKept) this.#isWhole = false;
    else if (!this.#isOpen) {
      this.#pieces.begin();
      this.#pieces.add(from);
    }
    this.#isOpen = isKept;
    if (isKept) this.#pieces.add(to);
  }

  #sideOfStretch(reach: number): Side {
    const { found } = this.#near;
    const { coordinates, ringStarts } = this.#boundary.geometry;
    const edge = this.#edge;
    for (let place = 0; place < found.length; place++) {
      const vertex = found.values[place] ?? 0;
      readEdge(coordinates, vertex, edge);
      if (!liesAlong(this.#stretch, edge, reach)) continue;
      const isReversed = this.#boundary.reversedRings[ringOf(ringStarts, vertex)] === 1;
      // The inside lies on the left of an edge: on the right of the line when the edge goes down, above it when it goes right.
      const isRightOrAbove = edge[1] === edge[3] ? edge[0] < edge[2] : edge[1] > edge[3];
      return isRightOrAbove === isReversed ? 'along' : 'inside';
    }
    return this.#holdsMiddle(this.#stretch) ? 'inside' : 'outside';
  }

  #holdsMiddle(segment: SegmentBuffer): boolean {
    return this.#boundary.containsPoint((segment[0] + segment[2]) / 2, (segment[1] + segment[3]) / 2);
  }
}

function isShort(stretch: SegmentBuffer, reach: number): boolean {
  return Math.abs(stretch[2] - stretch[0]) <= reach && Math.abs(stretch[3] - stretch[1]) <= reach;
}

/** The pieces one by one; their room is given back behind the last one. */
function* lastly(pieces: LinePieces, lines: Part): Generator<Part, void, undefined> {
  yield* pieces.parts(lines);
  pieces.release();
}

function tooManySplits(): Problem {
  return new Problem(
    'unsupported-source',
    `A line meets the boundary at more than ${SPLITS_MAX} points. It must be parted into several features first.`,
  );
}
