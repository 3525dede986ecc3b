import { NodeTable } from './overlay.nodes.ts';
import type { FlatGeometry } from './geometry.ts';
import { orient2d } from 'robust-predicates';
import { GrowingUint32 } from './growing.uint32.ts';
import { groupBy, type Groups } from './sweep.nodes.ts';

/** Stands for no node, dart or walk. */
export const NONE = -1;

/**
 * Rings parted into arcs at the vertices that several rings, or one ring several times, come to. An arc is looked at
 * from each of its ends: dart 2a leaves its start, dart 2a + 1 its end.
 */
export interface RingArcs {
  readonly coordinates: Float64Array;
  /** By arc: its first vertex, how many edges it has, and the first and the closing vertex of its ring. */
  readonly from: Uint32Array;
  readonly edges: Uint32Array;
  readonly ringFirst: Uint32Array;
  readonly ringLast: Uint32Array;
  /** By dart: the node that it leaves; {@link NONE} for a ring that comes to none. */
  readonly node: Int32Array;
  readonly nodeCount: number;
  /** The darts of each node, counter-clockwise. */
  readonly around: Groups;
}

/**
 * Parts rings into arcs.
 * @param rings closed; edges have only ends in common.
 * @param isMet 1 for each vertex that is in the place of another one.
 */
export function partIntoArcs(
  { coordinates, ringStarts }: Pick<FlatGeometry, 'coordinates' | 'ringStarts'>,
  isMet: Uint8Array,
): RingArcs {
  const nodes = new NodeTable();
  const from = new GrowingUint32(16);
  const edges = new GrowingUint32(16);
  const ringFirst = new GrowingUint32(16);
  const ringLast = new GrowingUint32(16);
  /** The node at which each arc begins and ends, plus one. */
  const ends = new GrowingUint32(32);
  const add = (first: number, last: number, start: number, end: number, startNode: number, endNode: number): void => {
    from.push(start);
    edges.push(end - start);
    ringFirst.push(first);
    ringLast.push(last);
    ends.push(startNode + 1);
    ends.push(endNode + 1);
  };
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    const first = ringStarts[ring] ?? 0;
    const last = (ringStarts[ring + 1] ?? 0) - 1;
    if (last <= first) continue;
    let firstMet = NONE;
    let firstNode = NONE;
    let start = NONE;
    let startNode = NONE;
    for (let vertex = first; vertex < last; vertex++) {
      if (isMet[vertex] !== 1) continue;
      const node = nodes.id(coordinates[vertex * 2] ?? 0, coordinates[vertex * 2 + 1] ?? 0);
      if (start === NONE) [firstMet, firstNode] = [vertex, node];
      else add(first, last, start, vertex, startNode, node);
      start = vertex;
      startNode = node;
    }
    if (start === NONE) add(first, last, first, last, NONE, NONE);
    else add(first, last, start, firstMet + last - first, startNode, firstNode);
  }
  const node = Int32Array.from(ends.toArray(), (place) => place - 1);
  const arcs = {
    coordinates,
    from: from.toArray(),
    edges: edges.toArray(),
    ringFirst: ringFirst.toArray(),
    ringLast: ringLast.toArray(),
    node,
    nodeCount: nodes.count,
  };
  // Those of no node come last, in a group of their own.
  const around = groupBy(
    Uint32Array.from(node, (place) => (place === NONE ? nodes.count : place)),
    nodes.count + 1,
  );
  for (let place = 0; place < nodes.count; place++) {
    sortAround(arcs, around.members.subarray(around.starts[place], around.starts[place + 1]));
  }
  return { ...arcs, around };
}

/** The vertex some steps from an arc's start. */
export function vertexOf({ from, ringFirst, ringLast }: Omit<RingArcs, 'around'>, arc: number, step: number): number {
  const vertex = (from[arc] ?? 0) + step;
  const last = ringLast[arc] ?? 0;
  return vertex >= last ? vertex - last + (ringFirst[arc] ?? 0) : vertex;
}

/** Calls back with the runs of vertices that an arc follows from its start on, without its end: one, or two. */
export function forEachRun(
  { from, edges, ringFirst, ringLast }: RingArcs,
  arc: number,
  visit: (start: number, end: number) => void,
): void {
  const start = from[arc] ?? 0;
  const last = ringLast[arc] ?? 0;
  const end = start + (edges[arc] ?? 0);
  visit(start, Math.min(end, last));
  if (end > last) visit(ringFirst[arc] ?? 0, end - last + (ringFirst[arc] ?? 0));
}

/** The vertex that a dart comes to first. */
export function secondOf(arcs: Omit<RingArcs, 'around'>, dart: number): number {
  const arc = dart >> 1;
  return vertexOf(arcs, arc, (dart & 1) === 0 ? 1 : (arcs.edges[arc] ?? 0) - 1);
}

/** The vertex that a dart leaves. */
export function startOf(arcs: Omit<RingArcs, 'around'>, dart: number): number {
  const arc = dart >> 1;
  return vertexOf(arcs, arc, (dart & 1) === 0 ? 0 : (arcs.edges[arc] ?? 0));
}

/** Sorts the few darts of a node counter-clockwise, in place. */
function sortAround(arcs: Omit<RingArcs, 'around'>, darts: Uint32Array): void {
  for (let index = 1; index < darts.length; index++) {
    const dart = darts[index] ?? 0;
    let place = index;
    while (place > 0 && isBefore(arcs, dart, darts[place - 1] ?? 0)) {
      darts[place] = darts[place - 1] ?? 0;
      place--;
    }
    darts[place] = dart;
  }
}

/** Whether a dart comes before another one of its node, going counter-clockwise from the east; exact. */
function isBefore(arcs: Omit<RingArcs, 'around'>, dart: number, other: number): boolean {
  const xy = arcs.coordinates;
  const at = startOf(arcs, dart) * 2;
  const a = secondOf(arcs, dart) * 2;
  const b = secondOf(arcs, other) * 2;
  const [x = 0, y = 0, ax = 0, ay = 0, bx = 0, by = 0] = [xy[at], xy[at + 1], xy[a], xy[a + 1], xy[b], xy[b + 1]];
  const isUp = ay > y || (ay === y && ax > x);
  const isOtherUp = by > y || (by === y && bx > x);
  if (isUp !== isOtherUp) return isUp;
  return orient2d(x, y, ax, ay, bx, by) < 0;
}
