import { Problem } from '../../cache/problem.ts';
import type { FlatGeometry } from './geometry.ts';
import { GrowingFloat64 } from './growing.float64.ts';
import { GrowingUint32 } from './growing.uint32.ts';
import type { Splits } from './ring.meetings.ts';
import { edgeAt } from './rings.ts';
import { meetSegments, positionAlong, roundingReach } from './segments.ts';
import { mergeNearVertices } from './snapping.ts';
import { groupBy, type Groups } from './sweep.nodes.ts';
import { buildEdgeTree } from './tree.build.ts';
import type { EdgeTree } from './tree.ts';

/** How much noding may cost. */
export interface NodingLimits {
  /** Pairs of edges that are compared, 10 ns each. */
  readonly pairTestsMax: number;
  /** Vertices that are added in one pass, 40 bytes each. */
  readonly splitsMax: number;
}

/**
 * Some 20 seconds and 400 MB. A country of 1.2 million vertices asks for 6 million tests; real boundaries cross
 * themselves a few thousand times.
 */
const LIMITS_OF_BOUNDARIES: NodingLimits = { pairTestsMax: 2_000_000_000, splitsMax: 10_000_000 };
/** Rounding a crossing point may make its edges cross others by a hair, which the next pass finds. Two are usual. */
const PASSES_MAX = 16;
/** Where many edges cross in one point this goes on for long; from this pass on, every other one snaps. */
const SNAPPING_FROM_PASS = 2;

/**
 * The same rings with a vertex wherever two edges meet: afterwards edges have only ends in common, or all of
 * themselves. Crossing points are rounded to doubles. Where that makes edges cross others again and again, vertices and
 * edges that are no further apart than rounding moves them are taken for one.
 * @throws {Problem} `invalid-boundary` when edges meet so often that it would take minutes.
 */
export function nodeGeometry(geometry: FlatGeometry, limits = LIMITS_OF_BOUNDARIES): FlatGeometry {
  const [minX, minY, maxX, maxY] = geometry.envelope;
  let reach = roundingReach(minX, minY, maxX, maxY);
  let noded = geometry;
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    const isSnapping = pass >= SNAPPING_FROM_PASS && pass % 2 === 0;
    if (isSnapping) noded = mergeNearVertices(noded, reach);
    const splits = findSplits(noded, buildEdgeTree(noded), isSnapping ? reach : 0, limits);
    if (splits.edges.length > 0) noded = withSplits(noded, splits);
    else if (!isSnapping) return noded;
    if (isSnapping) reach *= 2;
  }
  throw unresolvable(`still cross by rounding errors after ${PASSES_MAX} passes`);
}

function findSplits({ coordinates }: FlatGeometry, tree: EdgeTree, reach: number, limits: NodingLimits): Splits {
  const { pairTestsMax, splitsMax } = limits;
  const pairs = tree.pairCount();
  if (pairs > pairTestsMax) {
    throw unresolvable(
      `lie so long side by side that ${pairs} pairs would have to be compared (at most ${pairTestsMax})`,
    );
  }
  const splits: Splits = { edges: new GrowingUint32(0), xs: new GrowingFloat64(0), ys: new GrowingFloat64(0) };
  const split = (edge: number, x: number, y: number): void => {
    // A crossing point that was rounded to an end splits the other edge alone.
    if (isEndOf(coordinates, edge, x, y)) return;
    if (splits.edges.length >= splitsMax) throw unresolvable(`meet more than ${splitsMax} times`);
    splits.edges.push(edge);
    splits.xs.push(x);
    splits.ys.push(y);
  };
  tree.forEachLeaf((edges) => {
    for (let i = 0; i < edges.length; i++) {
      for (let j = i + 1; j < edges.length; j++) splitPair(coordinates, edges[i] ?? 0, edges[j] ?? 0, reach, split);
    }
  });
  return splits;
}

function splitPair(
  coordinates: Float64Array,
  a: number,
  b: number,
  reach: number,
  split: (edge: number, x: number, y: number) => void,
): void {
  if (areApart(coordinates, a * 2, b * 2, reach)) return;
  meetSegments(edgeAt(coordinates, a), edgeAt(coordinates, b), reach, {
    splitA: (x, y) => split(a, x, y),
    splitB: (x, y) => split(b, x, y),
  });
}

/** Whether the boxes of two edges are apart; without making any object, since most pairs end here. */
function areApart(coordinates: Float64Array, a: number, b: number, reach: number): boolean {
  for (let axis = 0; axis < 2; axis++) {
    const a0 = coordinates[a + axis] ?? 0;
    const a1 = coordinates[a + axis + 2] ?? 0;
    const b0 = coordinates[b + axis] ?? 0;
    const b1 = coordinates[b + axis + 2] ?? 0;
    if ((a0 < a1 ? a1 : a0) + reach < (b0 < b1 ? b0 : b1) || (a0 < a1 ? a0 : a1) - reach > (b0 < b1 ? b1 : b0)) {
      return true;
    }
  }
  return false;
}

function isEndOf(coordinates: Float64Array, edge: number, x: number, y: number): boolean {
  const [x0, y0, x1, y1] = edgeAt(coordinates, edge);
  return (x === x0 && y === y0) || (x === x1 && y === y1);
}

/** The same rings with points put into their edges. */
export function withSplits(
  { coordinates, ringStarts, polygonStarts, envelope }: FlatGeometry,
  splits: Splits,
): FlatGeometry {
  const vertexCount = coordinates.length / 2;
  const ofEdge = groupBy(splits.edges.toArray(), vertexCount);
  const out = new GrowingFloat64(coordinates.length + 2 * splits.edges.length);
  const outStarts = new Uint32Array(ringStarts.length);
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    for (let vertex = ringStarts[ring] ?? 0; vertex < (ringStarts[ring + 1] ?? 0); vertex++) {
      out.push(coordinates[vertex * 2] ?? 0);
      out.push(coordinates[vertex * 2 + 1] ?? 0);
      if (ofEdge.starts[vertex] !== ofEdge.starts[vertex + 1]) pushSplits(coordinates, vertex, splits, ofEdge, out);
    }
    outStarts[ring + 1] = out.length / 2;
  }
  return { coordinates: out.toArray(), ringStarts: outStarts, polygonStarts, envelope };
}

/** Appends the points of one edge from its start to its end, each once. */
function pushSplits(
  coordinates: Float64Array,
  edge: number,
  splits: Splits,
  ofEdge: Groups,
  out: GrowingFloat64,
): void {
  const segment = edgeAt(coordinates, edge);
  const points = Array.from(ofEdge.members.subarray(ofEdge.starts[edge], ofEdge.starts[edge + 1]), (index) => {
    const [x = 0, y = 0] = [splits.xs.values[index], splits.ys.values[index]];
    return { x, y, position: positionAlong(segment, x, y) };
  });
  points.sort((a, b) => a.position - b.position || a.x - b.x || a.y - b.y);
  points.forEach(({ x, y }, index) => {
    const before = points[index - 1];
    if (before !== undefined && before.x === x && before.y === y) return;
    out.push(x);
    out.push(y);
  });
}

function unresolvable(what: string): Problem {
  return new Problem(
    'invalid-boundary',
    `Edges of the boundary ${what}. Make it valid first, as ST_MakeValid does, or simplify it.`,
  );
}
