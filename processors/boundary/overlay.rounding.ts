import type { FlatPolygons } from './overlay.assemble.ts';
import type { Chains } from './overlay.chains.ts';
import type { NodeTable } from './overlay.nodes.ts';
import { crossOrOverlap, liesAlong } from './segments.ts';
import { areRingsSimple } from './simple.ts';

/** Pairs of pieces up to which comparing their boxes is quicker than an index of them. */
const PAIRS_COMPARED_MAX = 100_000;

/**
 * Whether pieces of the result cross, which they can only where one of them ends in a point that both geometries have:
 * a crossing point was rounded, or edges within reach of one another were taken for one. Nothing may be left of the
 * chains.
 */
export function roundingMadeCrossings(
  kept: readonly number[],
  chains: Chains,
  nodes: NodeTable,
  polygons: FlatPolygons,
): boolean {
  const { sequence, firsts, lasts } = chains;
  const moved: number[] = [];
  for (const chain of kept) {
    const [first, last] = [firsts.values[chain] ?? 0, lasts.values[chain] ?? 0];
    if (chains.isCommon(sequence.at(first))) moved.push(first);
    if (last - 1 > first && chains.isCommon(sequence.at(last))) moved.push(last - 1);
  }
  const { coordinates } = polygons;
  if ((moved.length * coordinates.length) / 2 <= PAIRS_COMPARED_MAX) {
    const boxes = boxesOf(kept, chains, nodes);
    if (!moved.some((place) => crossesAny(place, kept, boxes, chains, nodes))) return false;
    // Chains that run there and back are in no polygon: what crosses them does no harm.
  }
  // Of a large geometry the chains take much.
  chains.release();
  return !areRingsSimple(polygons);
}

/** Min x, min y, max x, max y of each chain. */
function boxesOf(kept: readonly number[], { sequence, firsts, lasts }: Chains, nodes: NodeTable): number[] {
  const boxes: number[] = [];
  for (const chain of kept) {
    let minX = Infinity;
    let minY = Infinity;
    let maxX = -Infinity;
    let maxY = -Infinity;
    for (let place = firsts.values[chain] ?? 0; place <= (lasts.values[chain] ?? 0); place++) {
      const node = sequence.at(place);
      const x = nodes.x(node);
      const y = nodes.y(node);
      if (x < minX) minX = x;
      if (x > maxX) maxX = x;
      if (y < minY) minY = y;
      if (y > maxY) maxY = y;
    }
    boxes.push(minX, minY, maxX, maxY);
  }
  return boxes;
}

/** Whether the piece that begins at a place crosses another one of the chains, or runs along it. */
function crossesAny(
  place: number,
  kept: readonly number[],
  boxes: readonly number[],
  chains: Chains,
  nodes: NodeTable,
): boolean {
  const { sequence, firsts, lasts } = chains;
  const [from, to] = [sequence.at(place), sequence.at(place + 1)];
  const piece = [nodes.x(from), nodes.y(from), nodes.x(to), nodes.y(to)] as const;
  const minX = Math.min(piece[0], piece[2]);
  const minY = Math.min(piece[1], piece[3]);
  const maxX = Math.max(piece[0], piece[2]);
  const maxY = Math.max(piece[1], piece[3]);
  for (let index = 0; index < kept.length; index++) {
    if ((boxes[index * 4] ?? 0) > maxX || (boxes[index * 4 + 2] ?? 0) < minX) continue;
    if ((boxes[index * 4 + 1] ?? 0) > maxY || (boxes[index * 4 + 3] ?? 0) < minY) continue;
    const chain = kept[index] ?? 0;
    const last = lasts.values[chain] ?? 0;
    let before = sequence.at(firsts.values[chain] ?? 0);
    for (let other = firsts.values[chain] ?? 0; other < last; other++) {
      const x0 = nodes.x(before);
      const y0 = nodes.y(before);
      const start = before;
      before = sequence.at(other + 1);
      const x1 = nodes.x(before);
      const y1 = nodes.y(before);
      if ((x0 < minX && x1 < minX) || (x0 > maxX && x1 > maxX)) continue;
      if ((y0 < minY && y1 < minY) || (y0 > maxY && y1 > maxY) || other === place) continue;
      // Pieces that end in one node can only run along one another.
      if (start === from || start === to || before === from || before === to) {
        if (liesAlong(piece, [x0, y0, x1, y1], 0)) return true;
      } else if (crossOrOverlap(piece, [x0, y0, x1, y1])) {
        return true;
      }
    }
  }
  return false;
}
