import { envelopeOf, type FlatGeometry } from './geometry.ts';
import { GrowingFloat64 } from './growing.float64.ts';
import { type Chains } from './overlay.chains.ts';
import type { NodeTable } from './overlay.nodes.ts';
import { traceLoops } from './overlay.trace.ts';
import { crossingX, spansRow } from './edge.ts';
import { doubledArea } from './rings.ts';

/** Polygons as flat arrays: shells counter-clockwise, holes clockwise. */
export type FlatPolygons = Omit<FlatGeometry, 'envelope'>;

/** A closed ring. */
interface PlacedRing {
  readonly coordinates: Float64Array;
  readonly doubledArea: number;
}

interface Shell extends PlacedRing {
  readonly envelope: FlatGeometry['envelope'];
  readonly holes: PlacedRing[];
}

/**
 * Puts chains together into polygons. Rings that touch themselves in a node are parted there, as the Simple Features
 * standard wants it. Null when the chains do not close into rings.
 */
export function assemblePolygons(kept: readonly number[], chains: Chains, nodes: NodeTable): FlatPolygons | null {
  const loops = traceLoops(kept, chains, nodes);
  if (loops === null) return null;
  const shells: Shell[] = [];
  const holes: PlacedRing[] = [];
  for (const loop of loops) {
    const coordinates = coordinatesOf(loop.chains, loop.isWhole, chains, nodes);
    const area = doubledArea(coordinates, 0, coordinates.length / 2);
    if (area > 0) shells.push({ coordinates, doubledArea: area, envelope: envelopeOf(coordinates), holes: [] });
    else if (area < 0) holes.push({ coordinates, doubledArea: area });
  }
  for (const hole of holes) {
    const shell = shellOf(hole, shells);
    // A hole without a shell means that an edge was taken for inside by mistake.
    if (shell === null) return null;
    shell.holes.push(hole);
  }
  return flatten(shells);
}

/**
 * The coordinates of a loop.
 * @param isWhole the loop is not a part cut off another one: it then begins where the first edge of its first chain
 * does, in the order of the source.
 */
function coordinatesOf(
  loop: readonly number[],
  isWhole: boolean,
  { sequence, firsts, lasts, reversed }: Chains,
  { xs, ys }: NodeTable,
): Float64Array {
  const list = new GrowingFloat64(64);
  const add = (place: number): void => {
    const node = sequence.values[place] ?? 0;
    list.push(xs.values[node] ?? 0);
    list.push(ys.values[node] ?? 0);
  };
  const [lead = 0] = loop;
  const start = firsts.values[lead] ?? 0;
  const isTurned = isWhole && reversed.values[lead] === 1;
  if (isTurned) add(start + 1);
  for (const chain of loop) {
    const [first, last] = [firsts.values[chain] ?? 0, lasts.values[chain] ?? 0];
    // The last node of each chain is the first one of the next.
    if (reversed.values[chain] === 0) for (let place = first; place < last; place++) add(place);
    else if (isTurned && chain === lead) add(start);
    else for (let place = last; place > first; place--) add(place);
  }
  return list.toArray();
}
