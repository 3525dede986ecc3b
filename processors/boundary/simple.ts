import { envelopeOf, type FlatGeometry } from './geometry.ts';
import { GrowingUint32 } from './growing.uint32.ts';
import { RingBoxes } from './ring.boxes.ts';
import { edgeAt } from './rings.ts';
import { crossOrOverlap } from './segments.ts';
import { findConflictBySweep } from './simple.sweep.ts';
import { buildEdgeTree } from './tree.build.ts';
import type { EdgeTree } from './tree.ts';

/**
 * Pairs of edges per edge up to which comparing all edges of each cell is quicker than a sweep: some 5 where cells are
 * as small as they should be, thousands where long spikes lie side by side.
 */
const PAIRS_PER_EDGE_MAX = 64;

/** Whether two edges may not stand in one geometry. True for any that cross properly or share a stretch. */
export type EdgeConflict = (edge: number, other: number) => boolean;

/** Whether no two edges cross properly or share a stretch. Rings may touch in points. Exact, in O(n log n) time. */
export function isSimple(coordinates: Float64Array, tree: EdgeTree): boolean {
  return !hasConflict(coordinates, tree, crossingIn(coordinates));
}

/** As {@link isSimple}, without an index of the edges where they do not crowd together. */
export function areRingsSimple(rings: Omit<FlatGeometry, 'envelope'>): boolean {
  const { coordinates } = rings;
  const boxes = new RingBoxes(rings);
  const isCrossed = boxes.hasConflict(crossingIn(coordinates));
  boxes.release();
  if (isCrossed !== null) return !isCrossed;
  return isSimple(coordinates, buildEdgeTree({ ...rings, envelope: envelopeOf(coordinates) }));
}

/** Whether two edges cross properly or share a stretch. */
export function crossingIn(coordinates: Float64Array): EdgeConflict {
  return (edge, other) => crossOrOverlap(edgeAt(coordinates, edge), edgeAt(coordinates, other));
}

/** Whether any two edges are in conflict. */
export function hasConflict(coordinates: Float64Array, tree: EdgeTree, conflict: EdgeConflict): boolean {
  if (isCrowded(coordinates, tree)) {
    return findConflictBySweep(coordinates, edgesOf(tree, coordinates.length / 2), conflict);
  }
  let found = false;
  tree.forEachLeaf((edges) => {
    for (let i = 0; !found && i < edges.length; i++) {
      for (let j = i + 1; j < edges.length; j++) {
        if (!conflict(edges[i] ?? 0, edges[j] ?? 0)) continue;
        found = true;
        return;
      }
    }
  });
  return found;
}

/** Whether edges lie so long side by side that cells hold many of them. */
export function isCrowded(coordinates: Float64Array, tree: EdgeTree): boolean {
  return tree.pairCount() > PAIRS_PER_EDGE_MAX * (coordinates.length / 2);
}

/** All edges, each once. */
function edgesOf(tree: EdgeTree, vertexCount: number): Uint32Array {
  const isListed = new Uint8Array(vertexCount);
  const edges = new GrowingUint32(vertexCount);
  tree.forEachLeaf((inLeaf) => {
    for (const edge of inLeaf) {
      if (isListed[edge] === 1) continue;
      isListed[edge] = 1;
      edges.push(edge);
    }
  });
  return edges.toArray();
}
