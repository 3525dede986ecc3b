import type { FlatGeometry } from './geometry.ts';
import type { PreparedBoundary } from './prepared.ts';
import { findReversedRings } from './rings.ts';
import type { EdgeTree } from './tree.ts';

/**
 * Puts the parts of a prepared boundary together. Apart from what makes those parts, which a stored boundary does not
 * need to have loaded.
 */
export function preparedFrom(
  digest: string,
  geometry: FlatGeometry,
  tree: EdgeTree,
  isSimpleGeometry: boolean,
): PreparedBoundary {
  let reversedRings: Uint8Array | null = null;
  return {
    digest,
    geometry,
    tree,
    // Only those who cut vectors ask for them.
    get reversedRings() {
      return (reversedRings ??= findReversedRings(geometry));
    },
    isSimple: isSimpleGeometry,
    classifyBox: (minX, minY, maxX, maxY) => tree.classifyBox(minX, minY, maxX, maxY),
    containsPoint: (x, y) => tree.containsPoint(x, y),
    edgesMeeting: (minX, minY, maxX, maxY) => tree.edgesMeeting(minX, minY, maxX, maxY),
  };
}
