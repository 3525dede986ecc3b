import { boxRing } from '../cache/bbox.ts';
import type { BoundaryEntry } from '../cache/catalogue.ts';
import { encodePart } from './path.params.ts';

/** A boundary as clients see it, without its geometry. */
export function boundaryDocument(entry: BoundaryEntry): Record<string, unknown> {
  return {
    id: entry.id,
    name: entry.name,
    name_long: entry.longName,
    admin_level: entry.level,
    bbox: entry.bbox,
    vertices: entry.vertices,
    digest: entry.digest,
    href: `/boundaries/${encodePart(entry.id)}`,
    package: `/packages/${encodePart(entry.id)}`,
  };
}

/**
 * A boundary as a GeoJSON Feature (RFC 7946); `envelope` is its bounding box as a polygon.
 * @param geometry the stored MultiPolygon.
 */
export function boundaryFeature(entry: BoundaryEntry, geometry: unknown): Record<string, unknown> {
  const { id, bbox, ...properties } = boundaryDocument(entry);
  return { type: 'Feature', id, bbox, properties: { ...properties, envelope: envelope(entry.bbox) }, geometry };
}

/** Two boxes where the bounding box crosses the antimeridian, since a polygon must not. */
function envelope([west, south, east, north]: BoundaryEntry['bbox']): Record<string, unknown> {
  if (west <= east) return { type: 'Polygon', coordinates: [boxRing([west, south, east, north])] };
  const coordinates = [[boxRing([west, south, 180, north])], [boxRing([-180, south, east, north])]];
  return { type: 'MultiPolygon', coordinates };
}
