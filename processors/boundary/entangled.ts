import type { FlatGeometry } from './geometry.ts';
import { edgeAt } from './rings.ts';
import { relationOf } from './segments.ts';
import { buildEdgeTree } from './tree.build.ts';

/** What the tests of a geometry may cost: a second. */
const PAIR_TESTS_MAX = 20_000_000;

/**
 * Whether edges cross or share stretches more often than a number of times. True too for so many edges side by side that
 * counting would take long.
 */
export function isEntangled(geometry: FlatGeometry, crossingsMax: number): boolean {
  const { coordinates } = geometry;
  const tree = buildEdgeTree(geometry);
  if (tree.pairCount() > PAIR_TESTS_MAX) return true;
  let crossings = 0;
  tree.forEachLeaf((edges) => {
    for (let i = 0; crossings <= crossingsMax && i < edges.length; i++) {
      const edge = edgeAt(coordinates, edges[i] ?? 0);
      // A pair that shares several cells is counted in each: some too many do no harm.
      for (let j = i + 1; j < edges.length; j++) {
        if (relationOf(edge, edgeAt(coordinates, edges[j] ?? 0)) === 'crossing') crossings++;
      }
    }
  });
  return crossings > crossingsMax;
}
