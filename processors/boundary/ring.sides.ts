import { orient2d } from 'robust-predicates';
import { crossingX, spansRow } from './edge.ts';
import { forEachRun, NONE, type RingArcs, secondOf } from './ring.arcs.ts';
import type { RingBoxes } from './ring.boxes.ts';

/** Arcs that hang together. */
export interface Component {
  /** A dart with the inside on its left, along the area around the component. */
  readonly outermost: number;
  /** Whether that area is inside, so that the component lies in a polygon. */
  readonly isHole: boolean;
  /** Where the component comes furthest to the left. */
  readonly x: number;
  readonly y: number;
}

/** Which side of each arc is inside by the even-odd rule. */
export interface RingSides {
  /** By dart: 1 when the inside is on its left, as it is for one of the two of each arc. */
  readonly isInsideLeft: Uint8Array;
  readonly components: readonly Component[];
}

/**
 * Finds the inside of rings by the even-odd rule: around a node it changes from each arc to the next, so that one look
 * decides for all arcs that hang together. Where they come furthest to the left, what is left of them is outside all of
 * them.
 * @param boxes of the same rings.
 * @param reach how far rounding may move a point of them.
 */
export function findSides(arcs: RingArcs, boxes: RingBoxes, reach: number): RingSides {
  const arcCount = arcs.from.length;
  const isInsideLeft = new Uint8Array(arcCount * 2);
  const isSeen = new Uint8Array(arcCount);
  const members: number[][] = [];
  for (let arc = 0; arc < arcCount; arc++) if (isSeen[arc] === 0) members.push(collect(arcs, arc, isSeen));
  isSeen.fill(0);
  const components = members.map((list): Component => {
    const { dart, x, y } = leftmost(arcs, list);
    // Alone, a component lies in nothing.
    const isHole = members.length > 1 && boxes.containsPoint(x - reach, y);
    spread(arcs, dart, isHole, isInsideLeft, isSeen);
    return { outermost: isHole ? dart : dart ^ 1, isHole, x, y };
  });
  return { isInsideLeft, components };
}

/** The edge next to the left of a point. */
export function edgeOnLeft(xy: Float64Array, boxes: RingBoxes, x: number, y: number): number {
  let nearest = NONE;
  let nearestX = -Infinity;
  for (const edge of boxes.edgesMeeting(-Number.MAX_VALUE, y, x, y)) {
    const at = edge * 2;
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = [xy[at], xy[at + 1], xy[at + 2], xy[at + 3]];
    if (!spansRow(y0, y1, y)) continue;
    const crossing = crossingX(x0, y0, x1, y1, y);
    if (crossing <= x && crossing > nearestX) [nearest, nearestX] = [edge, crossing];
  }
  return nearest;
}

/** All arcs that hang together with one. */
function collect({ node, around }: RingArcs, arc: number, isSeen: Uint8Array): number[] {
  const list = [arc];
  isSeen[arc] = 1;
  for (let index = 0; index < list.length; index++) {
    for (const dart of [(list[index] ?? 0) * 2, (list[index] ?? 0) * 2 + 1]) {
      const place = node[dart] ?? NONE;
      if (place === NONE) continue;
      for (let at = around.starts[place] ?? 0; at < (around.starts[place + 1] ?? 0); at++) {
        const other = (around.members[at] ?? 0) >> 1;
        if (isSeen[other] === 1) continue;
        isSeen[other] = 1;
        list.push(other);
      }
    }
  }
  return list;
}

/** Where arcs come furthest to the left (and down), and a dart there that has all others on its right. */
function leftmost(arcs: RingArcs, list: readonly number[]): { dart: number; x: number; y: number } {
  const xy = arcs.coordinates;
  let x = Infinity;
  let y = Infinity;
  let vertex = 0;
  let arc = 0;
  for (const other of list) {
    forEachRun(arcs, other, (start, end) => {
      for (let place = start; place < end; place++) {
        const otherX = xy[place * 2] ?? 0;
        const otherY = xy[place * 2 + 1] ?? 0;
        if (otherX > x || (otherX === x && otherY >= y)) continue;
        [x, y, vertex, arc] = [otherX, otherY, place, other];
      }
    });
  }
  const isLeft = (a: number, b: number): boolean =>
    orient2d(x, y, xy[a * 2] ?? 0, xy[a * 2 + 1] ?? 0, xy[b * 2] ?? 0, xy[b * 2 + 1] ?? 0) < 0;
  const node = vertex === arcs.from[arc] ? (arcs.node[arc * 2] ?? NONE) : NONE;
  if (node === NONE) {
    const [first = 0, last = 0] = [arcs.ringFirst[arc], arcs.ringLast[arc]];
    const before = vertex === first ? last - 1 : vertex - 1;
    return { dart: isLeft(before, vertex + 1) ? arc * 2 : arc * 2 + 1, x, y };
  }
  const { starts, members } = arcs.around;
  let dart = members[starts[node] ?? 0] ?? 0;
  for (let at = (starts[node] ?? 0) + 1; at < (starts[node + 1] ?? 0); at++) {
    const other = members[at] ?? 0;
    if (isLeft(secondOf(arcs, dart), secondOf(arcs, other))) dart = other;
  }
  return { dart, x, y };
}

/** Says for a dart what is on its left, and so for all that hang together with it. */
function spread(arcs: RingArcs, dart: number, isInside: boolean, isInsideLeft: Uint8Array, isSeen: Uint8Array): void {
  const { node, around } = arcs;
  const pending: number[] = [];
  const decide = (of: number, isLeft: boolean): void => {
    if (isSeen[of >> 1] === 1) return;
    isSeen[of >> 1] = 1;
    isInsideLeft[isLeft ? of : of ^ 1] = 1;
    pending.push(of ^ 1, of);
  };
  decide(dart, isInside);
  for (let known = pending.pop(); known !== undefined; known = pending.pop()) {
    const place = node[known] ?? NONE;
    if (place === NONE) continue;
    const [start = 0, end = 0] = [around.starts[place], around.starts[place + 1]];
    let at = start;
    while (around.members[at] !== known) at++;
    const isLeft = isInsideLeft[known] === 1;
    for (let step = 1; step < end - start; step++) {
      const other = around.members[start + ((at - start + step) % (end - start))] ?? 0;
      decide(other, isLeft !== (step % 2 === 1));
    }
  }
}
