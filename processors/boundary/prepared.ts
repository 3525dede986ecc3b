import type { FlatGeometry } from './geometry.ts';

/** Where a box lies against the boundary: wholly outside, wholly inside, or crossed by (or touching) its line. */
export type BoxClass = 'out' | 'in' | 'mixed';

/**
 * A boundary made ready for planning: flat arrays and an index of its edges. Built once per boundary, stored beside
 * it, loaded in milliseconds.
 */
export interface PreparedBoundary {
  /** SHA-256 of the stored geometry in hexadecimal; part of every fingerprint. */
  readonly digest: string;
  /** EPSG:4326, degrees, x = longitude. */
  readonly geometry: FlatGeometry;
  /** Conservative: `in` and `out` are certain, `mixed` may be either for a box that only touches the line. */
  classifyBox(minX: number, minY: number, maxX: number, maxY: number): BoxClass;
}
