import { Problem } from '../../cache/problem.ts';
import { prepareGeometry } from './prepare.ts';
import { preparedFrom } from './prepared.from.ts';
import type { PreparedBoundary } from './prepared.ts';
import { isSimple } from './simple.ts';
import { unitePolygons } from './union.ts';

/**
 * A boundary whose edges do not cross and whose rings lie in one another as shells and holes do. Stored boundaries are
 * valid already and come back as they are; others, and thin necks after projection, may not be, and their polygons are
 * then united once, by the rules of ST_MakeValid with the method "structure". The digest stays.
 * @throws {Problem} `invalid-boundary` when edges meet or polygons overlap too often for that.
 */
export function withoutCrossings(boundary: PreparedBoundary): PreparedBoundary {
  if (boundary.isSimple) return boundary;
  const result = prepareGeometry(unitePolygons(boundary.geometry), boundary.digest);
  if (result.isSimple) return result;
  // The rings are put into each other by exact decisions; where edges lie a hair apart, rounding hides their sides.
  if (isSimple(result.geometry.coordinates, result.tree)) {
    return preparedFrom(result.digest, result.geometry, result.tree, true);
  }
  throw new Problem(
    'invalid-boundary',
    'Edges of the boundary cross one another and could not be resolved. Make it valid first, as ST_MakeValid does.',
  );
}
