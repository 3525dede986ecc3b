import type { FlatGeometry } from './geometry.ts';
import type { EdgeTree } from './tree.ts';

/** Where a box lies against the boundary: wholly outside, wholly inside, or crossed by (or touching) its line. */
export type BoxClass = 'out' | 'in' | 'mixed';

/**
 * A boundary made ready for planning: flat arrays and an index of its edges. Built once per boundary (`prepareBoundary`,
 * about a second per million vertices), stored beside it (`serialisePrepared`, 23 to 38 bytes a vertex) and loaded in
 * milliseconds (`loadPrepared`). It is not changed afterwards; its arrays may be shared between threads.
 *
 * Planners ask from the cheap to the dear: `classifyBox` for each index node and feature, then `containsPoint` for
 * points, `edgesMeeting` for lines, and `overlay(subject, boundary)` or `cutLocalPiece` for polygons. The cost of each
 * grows with the edges near the box and not with the boundary: microseconds for boxes and points, but for boundaries
 * of hundreds of thousands of long edges side by side, where cells hold thousands of edges.
 *
 * Planners that cut polygons or lines need `isSimple` and call `withoutCrossings(boundary)` first, which costs nothing
 * where it is true already.
 */
export interface PreparedBoundary {
  /** SHA-256 of the stored geometry in hexadecimal; part of every fingerprint. */
  readonly digest: string;
  /**
   * Rings as they were given. EPSG:4326, degrees, x = longitude; or the coordinates of a source's CRS after
   * reprojection. Edge `e` goes from vertex `e` to vertex `e + 1`; the last vertex of a ring begins no edge.
   */
  readonly geometry: FlatGeometry;
  /** Index of the edges. */
  readonly tree: EdgeTree;
  /** 1 for each ring whose edges have the inside of the boundary on their right. Means something when `isSimple`. */
  readonly reversedRings: Uint8Array;
  /**
   * Whether edges meet in single points only and rings lie in one another as shells and holes do: true for whatever
   * PostGIS calls valid. When false, the inside is what the even-odd rule says, which is not the union where polygons
   * overlap, and a local piece may hold rings that cross.
   */
  readonly isSimple: boolean;
  /**
   * Where a closed box lies. `in` and `out` are certain, `mixed` may be either for a box that only touches the line.
   * A box that is empty or not a number is `mixed`.
   */
  classifyBox(minX: number, minY: number, maxX: number, maxY: number): BoxClass;
  /**
   * Half-open, as the raster mask decides for pixel centres: a point on the line belongs to the boundary that lies to
   * its right (or, on a horizontal edge, above it), so that neighbours share no point and lose none. NaN is outside.
   */
  containsPoint(x: number, y: number): boolean;
  /** Edges that meet a closed box, each once, ascending. Some only come near. */
  edgesMeeting(minX: number, minY: number, maxX: number, maxY: number): number[];
}
