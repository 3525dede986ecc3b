import { crossingX } from './edge.ts';
import type { FlatGeometry } from './geometry.ts';
import { edgeAt, isSliver } from './rings.ts';

/** Where along an edge its side is looked at; nothing that people draw touches it just there. */
const PROBES = [0.4142, 0.6181] as const;

/**
 * Whether each ring has the inside of the geometry, by the even-odd rule, on the side that it should have it on: within
 * a shell, around a hole. It has not when a polygon lies in another one or a hole outside its shell.
 * @param geometry without edges that cross.
 * @param polygons the same, to be asked for points.
 * @param reversedRings see `findReversedRings`.
 */
export function areRingsNested(
  { coordinates, ringStarts }: FlatGeometry,
  polygons: { containsPoint(x: number, y: number): boolean },
  reversedRings: Uint8Array,
): boolean {
  // A shell alone holds what it holds.
  if (ringStarts.length <= 2) return true;
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    // Of what is as narrow as rounding makes it, rounding hides the side.
    if (isSliver(coordinates, ringStarts[ring] ?? 0, ringStarts[ring + 1] ?? 0)) continue;
    const edge = steepestEdge(coordinates, ringStarts[ring] ?? 0, (ringStarts[ring + 1] ?? 0) - 1);
    const [x0, y0, x1, y1] = edgeAt(coordinates, edge);
    const isInsideOnRight = y0 < y1 === (reversedRings[ring] === 1);
    const isSound = PROBES.some((share) => {
      const y = y0 + share * (y1 - y0);
      // The edge itself does not lie to the right of its own point.
      return polygons.containsPoint(crossingX(x0, y0, x1, y1, y), y) === isInsideOnRight;
    });
    if (!isSound) return false;
  }
  return true;
}

/** The edge that spans the most rows, whose course is the surest. */
function steepestEdge(coordinates: Float64Array, first: number, last: number): number {
  let best = first;
  let bestHeight = -1;
  for (let vertex = first; vertex < last; vertex++) {
    const height = Math.abs((coordinates[vertex * 2 + 3] ?? 0) - (coordinates[vertex * 2 + 1] ?? 0));
    if (height > bestHeight) [best, bestHeight] = [vertex, height];
  }
  return best;
}
