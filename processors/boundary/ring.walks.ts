import { NONE, type RingArcs } from './ring.arcs.ts';
import type { RingSides } from './ring.sides.ts';

/** Darts that lead round an area and back, passing no node twice. */
export type Loop = readonly number[];

/** Ways round areas, which have them on their left; one that meets itself is parted into loops there. */
export interface Walks {
  readonly loops: readonly (readonly Loop[])[];
  /** By dart: the walk that it is part of, {@link NONE} when the inside is not on its left. */
  readonly ofDart: Int32Array;
}

/** Goes round each area inside, at each node the way that turns furthest to the left. */
export function traceWalks(arcs: RingArcs, { isInsideLeft }: RingSides): Walks {
  const placeAround = new Uint32Array(isInsideLeft.length);
  arcs.around.members.forEach((dart, place) => (placeAround[dart] = place));
  const ofDart = new Int32Array(isInsideLeft.length).fill(NONE);
  const placeOnPath = new Int32Array(arcs.nodeCount).fill(NONE);
  const walks: Loop[][] = [];
  for (let start = 0; start < isInsideLeft.length; start++) {
    if (isInsideLeft[start] !== 1 || ofDart[start] !== NONE) continue;
    const loops: Loop[] = [];
    const path: number[] = [];
    let dart = start;
    do {
      ofDart[dart] = walks.length;
      const node = arcs.node[dart] ?? NONE;
      if (node === NONE) {
        loops.push([dart]);
        break;
      }
      placeOnPath[node] = path.length;
      path.push(dart);
      const met = placeOnPath[arcs.node[dart ^ 1] ?? NONE] ?? NONE;
      if (met !== NONE) {
        const loop = path.splice(met);
        for (const passed of loop) placeOnPath[arcs.node[passed] ?? NONE] = NONE;
        loops.push(loop);
      }
      dart = nextDart(arcs, placeAround, dart);
    } while (dart !== start);
    walks.push(loops);
  }
  return { loops: walks, ofDart };
}

/** Where a dart leads to: the next one clockwise from where it came. */
function nextDart({ node, around }: RingArcs, placeAround: Uint32Array, dart: number): number {
  const end = node[dart ^ 1] ?? NONE;
  const place = placeAround[dart ^ 1] ?? 0;
  const before = place === around.starts[end] ? (around.starts[end + 1] ?? 0) - 1 : place - 1;
  return around.members[before] ?? 0;
}
