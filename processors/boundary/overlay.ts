import type { FlatGeometry, MultiPolygonCoordinates } from './geometry.ts';
import type { FlatPolygons } from './overlay.assemble.ts';
import { type IndexedPolygons, PolygonOverlay } from './overlay.polygons.ts';

/** What is common to a subject and a boundary. */
export type Overlay =
  | { kind: 'all' }
  | { kind: 'none' }
  | { kind: 'part'; polygons: MultiPolygonCoordinates }
  /** Rounding led to edges that do not close into rings; another method has to decide. */
  | { kind: 'undecided' };

/** The common part of two polygonal geometries whose edges do not cross within either; see {@link PolygonOverlay}. */
export function overlay(subject: { readonly geometry: FlatGeometry }, boundary: IndexedPolygons): Overlay {
  const result = new PolygonOverlay(boundary).of(subject.geometry);
  return result.kind === 'part' ? { kind: 'part', polygons: toCoordinates(result.polygons) } : { kind: result.kind };
}

/** Flat polygons as GeoJSON has them. */
export function toCoordinates({ coordinates, ringStarts, polygonStarts }: FlatPolygons): MultiPolygonCoordinates {
  const rings: number[][][] = [];
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    const positions: number[][] = [];
    for (let vertex = ringStarts[ring] ?? 0; vertex < (ringStarts[ring + 1] ?? 0); vertex++) {
      positions.push([coordinates[vertex * 2] ?? 0, coordinates[vertex * 2 + 1] ?? 0]);
    }
    rings.push(positions);
  }
  return Array.from({ length: polygonStarts.length - 1 }, (_, polygon) =>
    rings.slice(polygonStarts[polygon], polygonStarts[polygon + 1]),
  );
}
