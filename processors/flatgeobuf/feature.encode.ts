import { copyColumns } from './columns.copy.ts';
import type { Feature } from './feature.ts';
import type { FlatbufferWriter } from './flatbuffer.writer.ts';
import type { Geometry } from './geometry.ts';
import { encodeGeometry } from './geometry.encode.ts';

const FIELDS = 3;

/**
 * Encodes a feature with new geometry and the attributes and columns of another, size prefix included.
 * @returns its bytes in chunks, valid until the writer is used again; the large ones are those of the geometry.
 */
export function encodeFeature(writer: FlatbufferWriter, like: Feature, geometry: Geometry): readonly Uint8Array[] {
  writer.begin();
  const geometryOffset = encodeGeometry(writer, geometry);
  const properties = like.properties === null ? 0 : writer.vector(like.properties);
  const columns = like.columns.length === 0 ? 0 : copyColumns(writer, like.columns);
  writer.startTable(FIELDS);
  writer.fieldOffset(0, geometryOffset);
  writer.fieldOffset(1, properties);
  writer.fieldOffset(2, columns);
  return writer.finish(writer.endTable());
}
