import type { PreparedBoundary } from '../boundary/prepared.ts';
import { edgesNear } from '../boundary/overlay.ts';
import { edgeAt, ringOf } from '../boundary/rings.ts';
import { liesAlong, meetSegments, positionAlong, roundingReach, type Segment } from '../boundary/segments.ts';
import type { Cut } from './cut.ts';
import type { Part } from './feature.ts';

/** A point of a line with its Z and M, which are NaN when the line has none. */
interface Vertex {
  x: number;
  y: number;
  z: number;
  m: number;
}

/**
 * Cuts lines at the boundary: each segment is split where it meets an edge (decided exactly) and the stretches whose
 * middle lies inside are kept. A stretch that runs along an edge belongs to the boundary on its right, or above it,
 * as points do, so that neighbours share no stretch and lose none. Z and M are interpolated at the cuts.
 */
export function cutLines(lines: Part, boundary: PreparedBoundary): Cut {
  const pieces: Vertex[][] = [];
  let droppedAny = false;
  let start = 0;
  for (const end of lines.ends) {
    const result = cutLine(lines, start, end, boundary);
    pieces.push(...result.pieces);
    droppedAny ||= result.droppedAny;
    start = end;
  }
  if (pieces.length === 0) return { kind: 'none' };
  if (!droppedAny) return { kind: 'all' };
  return { kind: 'part', pieces: pieces.map((piece) => toPart(piece, lines)) };
}

function cutLine(
  lines: Part,
  first: number,
  end: number,
  boundary: PreparedBoundary,
): { pieces: Vertex[][]; droppedAny: boolean } {
  const pieces: Vertex[][] = [];
  let piece: Vertex[] | null = null;
  let droppedAny = false;
  for (let index = first; index + 1 < end; index++) {
    const from = vertexAt(lines, index);
    const to = vertexAt(lines, index + 1);
    if (from.x === to.x && from.y === to.y) {
      piece?.push(to);
      continue;
    }
    for (const [a, b, isKept] of stretches(from, to, boundary)) {
      if (!isKept) {
        piece = null;
        droppedAny = true;
      } else if (piece === null) {
        pieces.push((piece = [a, b]));
      } else {
        piece.push(b);
      }
    }
  }
  return { pieces, droppedAny };
}

/** The stretches of a segment between the points where it meets the boundary, and whether each is kept. */
function stretches(from: Vertex, to: Vertex, boundary: PreparedBoundary): [Vertex, Vertex, boolean][] {
  const segment: Segment = [from.x, from.y, to.x, to.y];
  const { coordinates } = boundary.geometry;
  const reach = roundingReach(...segment);
  const near = edgesNear(boundary.tree, segment, reach);
  const splits: Vertex[] = [];
  const splitA = (x: number, y: number): number => splits.push(between(from, to, x, y));
  for (const edge of near) {
    meetSegments(segment, edgeAt(coordinates, edge), reach, { splitA, splitB: () => undefined });
  }
  const position = ({ x, y }: Vertex): number => positionAlong(segment, x, y);
  splits.sort((a, b) => position(a) - position(b));
  const found: [Vertex, Vertex, boolean][] = [];
  let last = from;
  for (const vertex of [...splits, to]) {
    // A stretch as short as rounding makes it is none.
    if (vertex !== to && areClose(vertex, last, reach)) continue;
    found.push([last, vertex, isInside([last.x, last.y, vertex.x, vertex.y], near, boundary, reach)]);
    last = vertex;
  }
  return joinStretches(found);
}

function areClose(a: Vertex, b: Vertex, reach: number): boolean {
  return Math.abs(a.x - b.x) <= reach && Math.abs(a.y - b.y) <= reach;
}

/** Joins neighbours that share their fate, so that touching the boundary leaves no vertex behind. */
function joinStretches(found: readonly [Vertex, Vertex, boolean][]): [Vertex, Vertex, boolean][] {
  const joined: [Vertex, Vertex, boolean][] = [];
  for (const stretch of found) {
    const last = joined.at(-1);
    if (last !== undefined && last[2] === stretch[2]) last[1] = stretch[1];
    else joined.push(stretch);
  }
  return joined;
}

function isInside(stretch: Segment, near: readonly number[], boundary: PreparedBoundary, reach: number): boolean {
  const { coordinates, ringStarts } = boundary.geometry;
  for (const edge of near) {
    const [x0, y0, x1, y1] = edgeAt(coordinates, edge);
    if (!liesAlong(stretch, [x0, y0, x1, y1], reach)) continue;
    const isReversed = boundary.reversedRings[ringOf(ringStarts, edge)] === 1;
    // The inside lies on the left of an edge: on the right of the line when the edge goes down, above it when it goes right.
    const isRightOrAbove = y0 === y1 ? x0 < x1 : y0 > y1;
    return isRightOrAbove !== isReversed;
  }
  return boundary.containsPoint((stretch[0] + stretch[2]) / 2, (stretch[1] + stretch[3]) / 2);
}

function vertexAt({ xy, z, m }: Part, index: number): Vertex {
  return {
    x: xy[index * 2] ?? 0,
    y: xy[index * 2 + 1] ?? 0,
    z: z?.[index] ?? Number.NaN,
    m: m?.[index] ?? Number.NaN,
  };
}

function between(from: Vertex, to: Vertex, x: number, y: number): Vertex {
  const position = positionAlong([from.x, from.y, to.x, to.y], x, y);
  return { x, y, z: from.z + position * (to.z - from.z), m: from.m + position * (to.m - from.m) };
}

function toPart(piece: readonly Vertex[], like: Part): Part {
  return {
    xy: Float64Array.from(piece.flatMap(({ x, y }) => [x, y])),
    z: like.z === null ? null : Float64Array.from(piece, ({ z }) => z),
    m: like.m === null ? null : Float64Array.from(piece, ({ m }) => m),
    ends: [piece.length],
    storedType: like.storedType,
  };
}
