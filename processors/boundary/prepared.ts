import type { FlatGeometry, MultiPolygonCoordinates } from './geometry.ts';
import type { EdgeTree } from './tree.ts';

/** Where a box lies against the boundary: wholly outside, wholly inside, or crossed by (or touching) its line. */
export type BoxClass = 'out' | 'in' | 'mixed';

/**
 * A boundary made ready for planning: flat arrays and an index of its edges. Built once per boundary, stored beside
 * it, loaded in milliseconds.
 */
export interface PreparedBoundary {
  /** SHA-256 of the stored geometry in hexadecimal; part of every fingerprint. */
  readonly digest: string;
  /** EPSG:4326, degrees, x = longitude; or the coordinates of a source's CRS after reprojection. */
  readonly geometry: FlatGeometry;
  /** Index of the edges. */
  readonly tree: EdgeTree;
  /** 1 for each ring whose edges have the inside of the boundary on their right. */
  readonly reversedRings: Uint8Array;
  /**
   * False when edges cross or overlap one another. The inside is then what the even-odd rule says, and `localPiece`
   * may hold rings that cross.
   */
  readonly isSimple: boolean;
  /** Conservative: `in` and `out` are certain, `mixed` may be either for a box that only touches the line. */
  classifyBox(minX: number, minY: number, maxX: number, maxY: number): BoxClass;
  /**
   * Half-open, as the raster mask decides for pixel centres: a point on the line belongs to the boundary that lies to
   * its right (or, on a horizontal edge, above it), so that neighbours share no point and lose none.
   */
  containsPoint(x: number, y: number): boolean;
  /** Edges that meet a closed box, each once, ascending: edge `e` goes from vertex `e` to `e + 1`. Some only come near. */
  edgesMeeting(minX: number, minY: number, maxX: number, maxY: number): number[];
  /** The part of the boundary in a box a little larger than the one given, as small polygons. */
  localPiece(minX: number, minY: number, maxX: number, maxY: number): MultiPolygonCoordinates;
}
