import type { FlatGeometry } from './geometry.ts';
import { cutLocalPiece } from './local.piece.ts';
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
  const reversedRings = findReversedRings(geometry);
  const indexed = { geometry, tree, reversedRings };
  return {
    digest,
    geometry,
    tree,
    reversedRings,
    isSimple: isSimpleGeometry,
    classifyBox: (minX, minY, maxX, maxY) => tree.classifyBox(minX, minY, maxX, maxY),
    containsPoint: (x, y) => tree.containsPoint(x, y),
    edgesMeeting: (minX, minY, maxX, maxY) => tree.edgesMeeting(minX, minY, maxX, maxY),
    localPiece: (minX, minY, maxX, maxY) => cutLocalPiece(indexed, minX, minY, maxX, maxY),
  };
}
