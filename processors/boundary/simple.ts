import { edgeAt } from './rings.ts';
import { crossOrOverlap } from './segments.ts';
import type { EdgeTree } from './tree.ts';

/** Whether no two edges cross properly or share a stretch. Rings may touch in points. */
export function isSimple(coordinates: Float64Array, tree: EdgeTree): boolean {
  let simple = true;
  tree.forEachLeaf((edges) => {
    for (let i = 0; simple && i < edges.length; i++) {
      const first = edgeAt(coordinates, edges[i] ?? 0);
      for (let j = i + 1; j < edges.length; j++) {
        if (crossOrOverlap(first, edgeAt(coordinates, edges[j] ?? 0))) {
          simple = false;
          return;
        }
      }
    }
  });
  return simple;
}
