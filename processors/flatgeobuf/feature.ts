import type { Geometry } from './geometry.ts';
import { FlatTable } from './flatbuffer.table.ts';
import { readGeometry } from './geometry.read.ts';
import type { GeometryType } from './geometry.type.ts';
import { SIZE_PREFIX_BYTES } from './header.ts';

const FIELD = { geometry: 0, properties: 1, columns: 2 } as const;

/** A feature that was read to be cut. */
export interface Feature {
  /** Null when it has none, or an empty one. */
  readonly geometry: Geometry | null;
  /** Attribute values as they stand, null when there are none. */
  readonly properties: Uint8Array | null;
  /** Columns of its own, in place of the header's; empty when it has none. */
  readonly columns: readonly FlatTable[];
}

/**
 * Reads a feature, size prefix included.
 * @param headerType the type that the header gives all features, or `Unknown`.
 * @param what names the feature in errors.
 * @throws {Problem} `invalid-source` when it is damaged or a coordinate is not a finite number.
 */
export function readFeature(bytes: Uint8Array, headerType: GeometryType, what: string): Feature {
  const table = FlatTable.root(bytes.subarray(SIZE_PREFIX_BYTES), what);
  const geometry = table.table(FIELD.geometry);
  return {
    geometry: geometry === null ? null : readGeometry(geometry, headerType, bytes.length, what),
    properties: table.bytes(FIELD.properties),
    columns: table.tables(FIELD.columns),
  };
}
