import { boxRing } from '../../cache/bbox.ts';
import { flattenMultiPolygon, type MultiPolygonCoordinates } from './geometry.ts';
import { toCoordinates } from './overlay.ts';
import { type IndexedPolygons, PolygonOverlay } from './overlay.polygons.ts';

/**
 * Shares of the longer side by which the box is grown, so that no edge inside it falls on the box's own sides. The
 * later ones are for boxes whose sides happen to run along an edge. Uneven, since data like even numbers.
 */
const GROWTHS = [0.0101, 0.0137, 0.0173, 0.0211, 0.0257];
/** Growth of a box without extent, as a share of its largest coordinate. */
const GROWTH_OF_POINT = 1e-9;

/**
 * The part of a boundary in a box a little (1 to 3 %) larger than the one given, as valid polygons of a few dozen
 * vertices where the box is small; empty when the box lies outside, one rectangle when it lies inside.
 * The whole boundary where no grown box can be cut out, which only edges a few roundings apart have shown.
 */
export function cutLocalPiece(
  boundary: IndexedPolygons,
  minX: number,
  minY: number,
  maxX: number,
  maxY: number,
): MultiPolygonCoordinates {
  const largest = Math.max(Math.abs(minX), Math.abs(minY), Math.abs(maxX), Math.abs(maxY));
  const extent = Math.max(maxX - minX, maxY - minY, largest * GROWTH_OF_POINT, Number.MIN_VALUE);
  const overlay = new PolygonOverlay(boundary);
  for (const growth of GROWTHS) {
    const room = extent * growth;
    const box = [[boxRing([minX - room, minY - room, maxX + room, maxY + room])]];
    const result = overlay.of(flattenMultiPolygon(box));
    if (result.kind === 'all') return box;
    if (result.kind === 'none') return [];
    if (result.kind === 'part') return toCoordinates(result.polygons);
  }
  return toCoordinates(boundary.geometry);
}
