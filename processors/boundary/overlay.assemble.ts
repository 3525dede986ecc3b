import { releaseMemory } from '../memory.release.ts';
import { envelopeOf, type FlatGeometry } from './geometry.ts';
import type { Chains } from './overlay.chains.ts';
import type { NodeTable } from './overlay.nodes.ts';
import { type Loop, traceLoops } from './overlay.trace.ts';
import { PointSearch } from './point.search.ts';
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
  /** Made when there are holes to look for. */
  search: PointSearch | null;
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
  const counts = loops.map((loop) => countOf(loop, chains));
  const all = new Float64Array(2 * counts.reduce((sum, count) => sum + count, 0));
  let end = 0;
  for (const [index, loop] of loops.entries()) {
    const start = end;
    end += 2 * (counts[index] ?? 0);
    const coordinates = all.subarray(start, end);
    follow(loop, chains, nodes, coordinates);
    const area = doubledArea(coordinates, 0, coordinates.length / 2);
    if (area > 0)
      shells.push({ coordinates, doubledArea: area, envelope: envelopeOf(coordinates), holes: [], search: null });
    else if (area < 0) holes.push({ coordinates, doubledArea: area });
  }
  for (const hole of holes) {
    const shell = shellOf(hole, shells);
    // A hole without a shell means that an edge was taken for inside by mistake.
    if (shell === null) return null;
    shell.holes.push(hole);
  }
  return flatten(shells, all);
}

/** Vertices of a loop, the first one again at its end. */
function countOf({ chains: loop }: Loop, { firsts, lasts }: Chains): number {
  let count = 1;
  for (const chain of loop) count += (lasts.values[chain] ?? 0) - (firsts.values[chain] ?? 0);
  return count;
}

/**
 * Sets the coordinates of a loop. One that is not a part cut off another begins where the first edge of its first chain
 * begins, in the order of the source.
 */
function follow({ chains: loop, isWhole }: Loop, chains: Chains, nodes: NodeTable, coordinates: Float64Array): void {
  const { sequence, firsts, lasts, reversed } = chains;
  let at = 0;
  const add = (from: number, to: number, step: 1 | -1): void => {
    for (let place = from; place !== to; place += step) {
      const node = sequence.at(place);
      coordinates[at++] = nodes.x(node);
      coordinates[at++] = nodes.y(node);
    }
  };
  // Each chain without its last node, which is the first one of the next.
  const [lead = 0] = loop;
  const [first, last] = [firsts.values[lead] ?? 0, lasts.values[lead] ?? 0];
  const isTurned = isWhole && reversed.values[lead] === 1;
  if (isTurned) add(first + 1, first, -1);
  else if (reversed.values[lead] === 1) add(last, first, -1);
  else add(first, last, 1);
  for (let index = 1; index < loop.length; index++) {
    const chain = loop[index] ?? 0;
    if (reversed.values[chain] === 1) add(lasts.values[chain] ?? 0, firsts.values[chain] ?? 0, -1);
    else add(firsts.values[chain] ?? 0, lasts.values[chain] ?? 0, 1);
  }
  if (isTurned) add(last, first + 1, -1);
  coordinates[at] = coordinates[0] ?? 0;
  coordinates[at + 1] = coordinates[1] ?? 0;
}

/** @param all where the coordinates of all rings lie, in the order in which these were found. */
function flatten(shells: readonly Shell[], all: Float64Array): FlatPolygons {
  const polygonStarts = new Uint32Array(shells.length + 1);
  const rings = shells.flatMap(({ coordinates, holes }) => [coordinates, ...holes.map((hole) => hole.coordinates)]);
  const ringStarts = new Uint32Array(rings.length + 1);
  let isInOrder = true;
  let end = 0;
  for (const [index, ring] of rings.entries()) {
    isInOrder &&= ring.byteOffset === end * 8;
    end += ring.length;
    ringStarts[index + 1] = end / 2;
  }
  for (const [index, { holes }] of shells.entries()) {
    polygonStarts[index + 1] = (polygonStarts[index] ?? 0) + 1 + holes.length;
  }
  if (isInOrder) return { coordinates: all.subarray(0, end), ringStarts, polygonStarts };
  const coordinates = new Float64Array(end);
  for (const [index, ring] of rings.entries()) coordinates.set(ring, 2 * (ringStarts[index] ?? 0));
  releaseMemory(all);
  return { coordinates, ringStarts, polygonStarts };
}

/** The smallest shell around a hole. */
function shellOf(hole: PlacedRing, shells: readonly Shell[]): Shell | null {
  const [only = null] = shells;
  if (shells.length < 2) return only;
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = hole.coordinates;
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
  let best: Shell | null = null;
  for (const shell of shells) {
    const [minX, minY, maxX, maxY] = shell.envelope;
    if (x < minX || x > maxX || y < minY || y > maxY || shell.doubledArea < -hole.doubledArea) continue;
    if (best !== null && shell.doubledArea >= best.doubledArea) continue;
    if ((shell.search ??= searchIn(shell)).containsPoint(x, y)) best = shell;
  }
  return best;
}

function searchIn({ coordinates, envelope }: Shell): PointSearch {
  const ringStarts = Uint32Array.of(0, coordinates.length / 2);
  return new PointSearch({ coordinates, ringStarts, polygonStarts: Uint32Array.of(0, 1), envelope });
}
