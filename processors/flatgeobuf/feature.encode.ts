import { Builder } from 'flatbuffers';
import { copyColumns } from './columns.copy.ts';
import type { Feature } from './feature.ts';
import { type Geometry, type Part, partsOf } from './geometry.ts';
import { encodeGeometry } from './geometry.encode.ts';

const FIELDS = 3;
/** For tables and vectors; the buffer grows where it is too little. */
const ROOM_BYTES = 512;

/** Encodes a feature with new geometry and the attributes and columns of another, size prefix included. */
export function encodeFeature(like: Feature, geometry: Geometry): Uint8Array {
  const values = partsOf(geometry).reduce((sum, part) => sum + valuesOf(part), 0);
  const builder = new Builder(values * 8 + (like.properties?.length ?? 0) + ROOM_BYTES);
  const geometryOffset = encodeGeometry(builder, geometry);
  const properties = like.properties === null ? 0 : builder.createByteVector(like.properties);
  const columns = like.columns.length === 0 ? 0 : copyColumns(builder, like.columns);
  builder.startObject(FIELDS);
  builder.addFieldOffset(0, geometryOffset, 0);
  builder.addFieldOffset(1, properties, 0);
  builder.addFieldOffset(2, columns, 0);
  builder.finishSizePrefixed(builder.endObject());
  return builder.asUint8Array();
}

/** Values of 8 bytes. */
function valuesOf({ xy, z, m, t, tm }: Part): number {
  return xy.length + (z?.length ?? 0) + (m?.length ?? 0) + (t?.length ?? 0) + (tm?.length ?? 0);
}
