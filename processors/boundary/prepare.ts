import { Problem } from '../../cache/problem.ts';
import { type FlatGeometry, flattenMultiPolygon, type MultiPolygonCoordinates } from './geometry.ts';
import { cutLocalPiece } from './local.piece.ts';
import { findReversedRings } from './rings.ts';
import type { PreparedBoundary } from './prepared.ts';
import { isValid } from './valid.ts';
import { buildEdgeTree } from './tree.build.ts';
import type { EdgeTree } from './tree.ts';

/** A triangle, closed. */
const RING_VERTICES_MIN = 4;

/**
 * Prepares a boundary: flattens it, checks it and indexes its edges.
 * @param polygons closed rings; made valid before, as the loader does.
 * @param digest SHA-256 of the stored geometry, see `boundaryDigest`.
 * @throws {Problem} `invalid-boundary` when a ring is open or too short, or a coordinate is not a finite number.
 */
export function prepareBoundary(polygons: MultiPolygonCoordinates, digest: string): PreparedBoundary {
  return prepareGeometry(flattenMultiPolygon(polygons), digest);
}

/** As {@link prepareBoundary}, for a geometry that is flat already. */
export function prepareGeometry(geometry: FlatGeometry, digest: string): PreparedBoundary {
  assertUsable(geometry);
  const tree = buildEdgeTree(geometry);
  return preparedFrom(digest, geometry, tree, isValid(geometry, tree));
}

/** Puts the parts of a prepared boundary together. */
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

function assertUsable({ coordinates, ringStarts }: FlatGeometry): void {
  const bad = coordinates.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new Problem(
      'invalid-boundary',
      `Vertex ${Math.floor(bad / 2)} of the boundary has a coordinate that is not a finite number.`,
    );
  }
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    const start = ringStarts[ring] ?? 0;
    const last = (ringStarts[ring + 1] ?? 0) - 1;
    const isClosed =
      coordinates[start * 2] === coordinates[last * 2] && coordinates[start * 2 + 1] === coordinates[last * 2 + 1];
    if (last - start + 1 < RING_VERTICES_MIN || !isClosed) {
      throw new Problem(
        'invalid-boundary',
        `Ring ${ring} of the boundary has ${last - start + 1} vertices and is ${isClosed ? '' : 'not '}closed. ` +
          `A ring has at least ${RING_VERTICES_MIN} vertices and the last equals the first.`,
      );
    }
  }
}
