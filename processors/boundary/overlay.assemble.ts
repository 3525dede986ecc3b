import { orient2d } from 'robust-predicates';
import { crossingX, spansRow } from './edge.ts';
import type { MultiPolygonCoordinates, Ring } from './geometry.ts';
import type { DirectedEdge } from './overlay.ts';
import type { NodeTable } from './overlay.nodes.ts';
import { doubledAreaOf } from './rings.ts';

/**
 * Puts directed edges with the inside on their left together into polygons: shells counter-clockwise, holes clockwise.
 * Rings that touch themselves in a node are parted there, as the Simple Features standard wants it.
 * Null when the edges do not close into rings.
 */
export function assemblePolygons(edges: readonly DirectedEdge[], nodes: NodeTable): MultiPolygonCoordinates | null {
  const loops = traceLoops(edges, nodes);
  if (loops === null) return null;
  const shells: PlacedRing[] = [];
  const holes: PlacedRing[] = [];
  for (const loop of loops) {
    const ring = placeRing(loop, nodes);
    if (ring.doubledArea > 0) shells.push(ring);
    else if (ring.doubledArea < 0) holes.push(ring);
  }
  const polygons = shells.map((shell) => [shell.ring]);
  for (const hole of holes) {
    const shell = shellOf(hole, shells);
    // A hole without a shell means that an edge was taken for inside by mistake.
    if (shell < 0) return null;
    polygons[shell]?.push(hole.ring);
  }
  return polygons;
}

interface PlacedRing {
  ring: Ring;
  doubledArea: number;
}

/** Loops of node ids, each node once. */
function traceLoops(edges: readonly DirectedEdge[], nodes: NodeTable): number[][] | null {
  const leaving = new Map<number, number[]>();
  const balance = new Map<number, number>();
  for (const [from, to] of edges) {
    const ends = leaving.get(from);
    if (ends === undefined) leaving.set(from, [to]);
    else ends.push(to);
    balance.set(from, (balance.get(from) ?? 0) + 1);
    balance.set(to, (balance.get(to) ?? 0) - 1);
  }
  for (const surplus of balance.values()) if (surplus !== 0) return null;
  const loops: number[][] = [];
  for (const [start] of edges) {
    while ((leaving.get(start)?.length ?? 0) > 0) traceFrom(start, leaving, nodes, loops);
  }
  return loops;
}

/** Follows edges from a node until it comes back to it, cutting off a loop whenever it meets its own path. */
function traceFrom(start: number, leaving: Map<number, number[]>, nodes: NodeTable, loops: number[][]): void {
  const path = [start];
  const placeInPath = new Map([[start, 0]]);
  for (;;) {
    const here = path.at(-1) ?? start;
    const next = takeLeftmost(path.at(-2), here, leaving.get(here) ?? [], nodes);
    const place = placeInPath.get(next);
    if (place === undefined) {
      placeInPath.set(next, path.length);
      path.push(next);
      continue;
    }
    const loop = path.splice(place + 1);
    for (const node of loop) placeInPath.delete(node);
    loops.push([next, ...loop]);
    if (place === 0) return;
  }
}

/** Takes out of `ends` the one that turns furthest to the left. */
function takeLeftmost(before: number | undefined, here: number, ends: number[], nodes: NodeTable): number {
  const best = before === undefined ? 0 : furthestLeft(before, here, ends, nodes);
  const [taken = here] = ends.splice(best, 1);
  return taken;
}

/** Coordinates of nodes by their number. */
export interface NodePoints {
  readonly xs: ArrayLike<number>;
  readonly ys: ArrayLike<number>;
}

/**
 * Of the nodes that edges from `here` lead to, the place of the one that turns furthest to the left, coming from
 * `before`: the way round the face on the left.
 */
export function furthestLeft(before: number, here: number, ends: readonly number[], nodes: NodePoints): number {
  let best = 0;
  for (let index = 1; index < ends.length; index++) {
    if (isFurtherLeft(before, here, ends[index] ?? 0, ends[best] ?? 0, nodes)) best = index;
  }
  return best;
}

/** Whether the turn at `here` towards `a` is further to the left than that towards `b`, coming from `before`. */
function isFurtherLeft(before: number, here: number, a: number, b: number, nodes: NodePoints): boolean {
  const aIsLeft = isLeftOfWay(before, here, a, nodes);
  const bIsLeft = isLeftOfWay(before, here, b, nodes);
  return aIsLeft === bIsLeft ? side(here, b, a, nodes) > 0 : aIsLeft;
}

function isLeftOfWay(before: number, here: number, end: number, nodes: NodePoints): boolean {
  return side(before, here, end, nodes) > 0;
}

/** Positive when the third node lies on the left of the way from the first to the second. */
function side(first: number, second: number, third: number, { xs, ys }: NodePoints): number {
  const at = (values: ArrayLike<number>, node: number): number => values[node] ?? 0;
  return -orient2d(at(xs, first), at(ys, first), at(xs, second), at(ys, second), at(xs, third), at(ys, third));
}

function placeRing(loop: readonly number[], { xs, ys }: NodeTable): PlacedRing {
  const ring = [...loop, loop[0] ?? 0].map((node) => [xs[node] ?? 0, ys[node] ?? 0]);
  return { ring, doubledArea: doubledAreaOf(ring) };
}

/** The smallest shell around a hole, or −1. */
function shellOf(hole: PlacedRing, shells: readonly PlacedRing[]): number {
  if (shells.length === 1) return 0;
  const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = []] = hole.ring;
  let best = -1;
  shells.forEach((shell, index) => {
    if (shell.doubledArea < -hole.doubledArea) return;
    if (best >= 0 && shell.doubledArea >= (shells[best]?.doubledArea ?? 0)) return;
    if (ringHolds(shell.ring, (x0 + x1) / 2, (y0 + y1) / 2)) best = index;
  });
  return best;
}

function ringHolds(ring: Ring, x: number, y: number): boolean {
  let odd = false;
  for (let index = 1; index < ring.length; index++) {
    const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = []] = [ring[index - 1], ring[index]];
    if (spansRow(y0, y1, y) && crossingX(x0, y0, x1, y1, y) > x) odd = !odd;
  }
  return odd;
}
