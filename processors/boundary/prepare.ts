import { Problem } from '../../cache/problem.ts';
import { type FlatGeometry, flattenMultiPolygon, type MultiPolygonCoordinates, VERTICES_MAX } from './geometry.ts';
import { preparedFrom } from './prepared.from.ts';
import type { PreparedBoundary } from './prepared.ts';
import { isValid } from './valid.ts';
import { buildEdgeTree } from './tree.build.ts';

/** A triangle, closed. */
const RING_VERTICES_MIN = 4;

/**
 * Prepares a boundary: flattens it, checks it and indexes its edges.
 * @param polygons closed rings. Where they are not valid, `isSimple` is false; see `withoutCrossings`.
 * @param digest SHA-256 of the stored geometry, see `boundaryDigest`.
 * @throws {Problem} `invalid-boundary` when a ring is open or too short, or a coordinate is not a finite number, or
 * there are too many vertices.
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

function assertUsable({ coordinates, ringStarts }: FlatGeometry): void {
  const vertexCount = coordinates.length / 2;
  if (vertexCount > VERTICES_MAX) {
    throw new Problem(
      'invalid-boundary',
      `The boundary has ${vertexCount} vertices; at most ${VERTICES_MAX} are taken. Simplify it first.`,
    );
  }
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
