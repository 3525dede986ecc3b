import type { PreparedBoundary } from '../boundary/prepared.ts';
import { edgeAt, ringOf } from '../boundary/rings.ts';
import {
  liesAlong,
  type Meeting,
  meetSegments,
  positionAlong,
  roundingReach,
  type Segment,
} from '../boundary/segments.ts';
import type { Cut } from './cut.ts';
import type { Part } from './geometry.ts';
import { NearEdges, SEGMENTS_PER_SEARCH } from './near.edges.ts';
import { atVertex, hasOrdinates, NO_ORDINATES, ordinatesAt, type Place } from './ordinates.ts';

/** A point of a line: a vertex, or some share of the way from one to the next. */
interface Vertex {
  readonly x: number;
  readonly y: number;
  readonly vertex: number;
  readonly share: number;
}

/** Where a stretch of a line lies: in the boundary, outside, or along its line on the side that is another's. */
type Side = 'inside' | 'outside' | 'along';
type Stretch = [from: Vertex, to: Vertex, isKept: boolean];

/** A line: vertices of the source by their number, which cost nothing, and places between them. */
type Chain = (number | Vertex)[];

/** What the boundary leaves of a line. */
interface LineCut {
  pieces: Chain[];
  isWhole: boolean;
  isCovered: boolean;
}

/**
 * Cuts lines at the boundary: each segment is split where it meets an edge (decided exactly) and the stretches whose
 * middle lies inside are kept. A stretch that runs along an edge belongs to the boundary on its right, or above it,
 * as points do, so that neighbours share no stretch and lose none. A line without length is kept as a point is.
 * Z, M, T and TM are interpolated at the cuts.
 */
export function cutLines(lines: Part, boundary: PreparedBoundary): Cut {
  const cuts: LineCut[] = [];
  const near = new NearEdges(boundary);
  let start = 0;
  for (const end of lines.ends) {
    if (end > start) cuts.push(cutLine(lines, start, end, near));
    start = end;
  }
  const pieces = cuts.flatMap((cut) => cut.pieces);
  const isCovered = cuts.every((cut) => cut.isCovered);
  if (pieces.length === 0) return { kind: 'none', isCovered };
  if (cuts.every(({ isWhole }) => isWhole)) return { kind: 'all' };
  return { kind: 'part', isCovered, pieces: pieces.map((piece) => toPart(piece, lines)) };
}

function cutLine(lines: Part, first: number, end: number, near: NearEdges): LineCut {
  const { boundary } = near;
  const { xy } = lines;
  const pieces: Chain[] = [];
  let piece: Chain | null = null;
  let [isWhole, isCovered, hasLength] = [true, true, false];
  /** Where the end of the segment before lies, when that has met nothing. */
  let known: boolean | null = null;
  for (let index = first; index + 1 < end; index++) {
    if ((index - first) % SEGMENTS_PER_SEARCH === 0) {
      near.search(lines.xy, index, Math.min(index + SEGMENTS_PER_SEARCH, end - 1));
    }
    const at = index * 2;
    const [x0, y0, x1, y1] = [xy[at] ?? 0, xy[at + 1] ?? 0, xy[at + 2] ?? 0, xy[at + 3] ?? 0];
    if (x0 === x1 && y0 === y1) {
      piece?.push(index + 1);
      continue;
    }
    hasLength = true;
    const edges = near.of(x0, y0, x1, y1);
    if (edges.length === 0) {
      known ??= boundary.containsPoint((x0 + x1) / 2, (y0 + y1) / 2);
      if (!known) [piece, isWhole, isCovered] = [null, false, false];
      else if (piece === null) pieces.push((piece = [index, index + 1]));
      else piece.push(index + 1);
      continue;
    }
    const { stretches, leaves, isInside } = stretchesOf(
      vertexAt(lines, index),
      vertexAt(lines, index + 1),
      edges,
      boundary,
      known,
    );
    known = isInside;
    if (leaves) isCovered = false;
    for (const [a, b, isKept] of stretches) {
      if (!isKept) {
        piece = null;
        isWhole = false;
      } else if (piece === null) {
        pieces.push((piece = [linkOf(a), linkOf(b)]));
      } else {
        piece.push(linkOf(b));
      }
    }
  }
  return hasLength ? { pieces, isWhole, isCovered } : pointCut(lines, first, end, boundary);
}

/** For a line whose vertices all lie in one place. */
function pointCut(lines: Part, first: number, end: number, boundary: PreparedBoundary): LineCut {
  const vertices = Array.from({ length: end - first }, (_, index) => first + index);
  const isInside = boundary.containsPoint(lines.xy[first * 2] ?? 0, lines.xy[first * 2 + 1] ?? 0);
  return { pieces: isInside ? [vertices] : [], isWhole: isInside, isCovered: isInside };
}

/** A segment between the points where it meets the boundary. */
interface SegmentCut {
  stretches: Stretch[];
  /** Whether a stretch lies outside. */
  leaves: boolean;
  /** Whether all of it lies inside or all of it outside; null when it meets the boundary. */
  isInside: boolean | null;
}

/**
 * @param edges those near the segment.
 * @param known where the segment's start lies, unless it may be on the boundary.
 */
function stretchesOf(
  from: Vertex,
  to: Vertex,
  edges: readonly number[],
  boundary: PreparedBoundary,
  known: boolean | null,
): SegmentCut {
  const segment: Segment = [from.x, from.y, to.x, to.y];
  const reach = roundingReach(...segment);
  const splits: Vertex[] = [];
  let isMet = false;
  const meeting: Meeting = {
    splitA: (x, y) => splits.push({ x, y, vertex: from.vertex, share: positionAlong(segment, x, y) }),
    splitB: () => (isMet = true),
    identify: () => (isMet = true),
  };
  for (const edge of edges) meetSegments(segment, edgeAt(boundary.geometry.coordinates, edge), reach, meeting);
  if (splits.length === 0 && !isMet) {
    const isInside = known ?? boundary.containsPoint((from.x + to.x) / 2, (from.y + to.y) / 2);
    return { stretches: [[from, to, isInside]], leaves: !isInside, isInside };
  }
  splits.sort((a, b) => a.share - b.share);
  const found: Stretch[] = [];
  let leaves = false;
  let last = from;
  for (const vertex of [...splits, to]) {
    // A stretch as short as rounding makes it is none.
    if (vertex !== to && areClose(vertex, last, reach)) continue;
    const side = sideOf([last.x, last.y, vertex.x, vertex.y], edges, boundary, reach);
    leaves ||= side === 'outside';
    found.push([last, vertex, side === 'inside']);
    last = vertex;
  }
  return { stretches: joinStretches(found), leaves, isInside: null };
}

function areClose(a: Vertex, b: Vertex, reach: number): boolean {
  return Math.abs(a.x - b.x) <= reach && Math.abs(a.y - b.y) <= reach;
}

/** Joins neighbours that share their fate, so that touching the boundary leaves no vertex behind. */
function joinStretches(found: readonly Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const stretch of found) {
    const last = joined.at(-1);
    if (last !== undefined && last[2] === stretch[2]) last[1] = stretch[1];
    else joined.push(stretch);
  }
  return joined;
}

function sideOf(stretch: Segment, near: readonly number[], boundary: PreparedBoundary, reach: number): Side {
  const { coordinates, ringStarts } = boundary.geometry;
  for (const edge of near) {
    const [x0, y0, x1, y1] = edgeAt(coordinates, edge);
    if (!liesAlong(stretch, [x0, y0, x1, y1], reach)) continue;
    const isReversed = boundary.reversedRings[ringOf(ringStarts, edge)] === 1;
    // The inside lies on the left of an edge: on the right of the line when the edge goes down, above it when it goes right.
    const isRightOrAbove = y0 === y1 ? x0 < x1 : y0 > y1;
    return isRightOrAbove === isReversed ? 'along' : 'inside';
  }
  const [x, y] = [(stretch[0] + stretch[2]) / 2, (stretch[1] + stretch[3]) / 2];
  return boundary.containsPoint(x, y) ? 'inside' : 'outside';
}

function vertexAt({ xy }: Part, vertex: number): Vertex {
  return { x: xy[vertex * 2] ?? 0, y: xy[vertex * 2 + 1] ?? 0, vertex, share: 0 };
}

/** A vertex of the source by its number. */
function linkOf(vertex: Vertex): number | Vertex {
  return vertex.share === 0 ? vertex.vertex : vertex;
}

function toPart(piece: Chain, like: Part): Part {
  const xy = new Float64Array(piece.length * 2);
  let at = 0;
  for (const link of piece) {
    xy[at++] = typeof link === 'number' ? (like.xy[link * 2] ?? 0) : link.x;
    xy[at++] = typeof link === 'number' ? (like.xy[link * 2 + 1] ?? 0) : link.y;
  }
  const ordinates = hasOrdinates(like) ? ordinatesAt(like, piece.map(toPlace)) : NO_ORDINATES;
  return { xy, ...ordinates, ends: [piece.length], storedType: like.storedType };
}

function toPlace(link: number | Vertex): Place {
  return typeof link === 'number' ? atVertex(link) : { vertex: link.vertex, towards: [[link.vertex + 1, link.share]] };
}
