import polygonClipping, { type MultiPolygon } from 'polygon-clipping';
import { Problem } from '../../cache/problem.ts';
import type { FlatGeometry } from './geometry.ts';
import { prepareBoundary } from './prepare.ts';
import type { PreparedBoundary } from './prepared.ts';

/** Rounding crossing points may leave a crossing behind, which another pass resolves. */
const PASSES_MAX = 3;

/**
 * A boundary whose edges do not cross. Stored boundaries are valid already; others, and thin necks after projection,
 * may not be, and their polygons are then united once.
 * @throws {Problem} `invalid-boundary` when that does not help.
 */
export function withoutCrossings(boundary: PreparedBoundary): PreparedBoundary {
  let result = boundary;
  let cause: unknown;
  for (let pass = 0; !result.isSimple && pass < PASSES_MAX && cause === undefined; pass++) {
    try {
      result = prepareBoundary(polygonClipping.union(toPolygons(result.geometry)), boundary.digest);
    } catch (error) {
      cause = error;
    }
  }
  if (result.isSimple) return result;
  throw new Problem(
    'invalid-boundary',
    'Edges of the boundary cross one another and could not be resolved. Make it valid first, as ST_MakeValid does.',
    { cause },
  );
}

function toPolygons({ coordinates, ringStarts, polygonStarts }: FlatGeometry): MultiPolygon {
  const ringAt = (ring: number): [number, number][] => {
    const start = ringStarts[ring] ?? 0;
    return Array.from({ length: (ringStarts[ring + 1] ?? 0) - start }, (_, index) => {
      const at = (start + index) * 2;
      return [coordinates[at] ?? 0, coordinates[at + 1] ?? 0];
    });
  };
  return Array.from({ length: polygonStarts.length - 1 }, (_, polygon) => {
    const first = polygonStarts[polygon] ?? 0;
    return Array.from({ length: (polygonStarts[polygon + 1] ?? 0) - first }, (__, ring) => ringAt(first + ring));
  }).filter((rings) => rings.length > 0);
}
