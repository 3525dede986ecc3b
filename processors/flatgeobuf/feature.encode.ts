import { Builder } from 'flatbuffers';
import { copyColumns } from './columns.copy.ts';
import type { Feature } from './feature.ts';
import { type Geometry, partsOf } from './geometry.ts';
import { encodeGeometry } from './geometry.encode.ts';

const FIELDS = 3;
/** Doubles for each vertex, if it has Z and M. */
const ORDINATES = 4;
/** For tables and vectors; the buffer grows where it is too little. */
const ROOM_BYTES = 512;

/** Encodes a feature with new geometry and the attributes and columns of another, size prefix included. */
export function encodeFeature(like: Feature, geometry: Geometry): Uint8Array {
  const vertices = partsOf(geometry).reduce((sum, { xy }) => sum + xy.length / 2, 0);
  const builder = new Builder(vertices * ORDINATES * 8 + (like.properties?.length ?? 0) + ROOM_BYTES);
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
