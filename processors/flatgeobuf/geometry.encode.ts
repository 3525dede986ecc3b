import type { FlatbufferWriter } from './flatbuffer.writer.ts';
import type { Geometry, Part } from './geometry.ts';

const FIELD = { ends: 0, xy: 1, z: 2, m: 3, t: 4, tm: 5, type: 6, parts: 7 } as const;
const FIELDS = 8;

/** Writes a geometry into a buffer that is being written; gives its offset. Stored type numbers are kept. */
export function encodeGeometry(writer: FlatbufferWriter, geometry: Geometry): number {
  // GDAL refuses a MultiLineString without ends; a line, or a polygon of one ring, needs none.
  if ('part' in geometry) return encodePart(writer, geometry.part, geometry.type === 'MultiLineString');
  const parts = writer.offsets(geometry.members.map((member) => encodeGeometry(writer, member)));
  writer.startTable(FIELDS);
  if (geometry.storedType !== 0) writer.fieldUint8(FIELD.type, geometry.storedType);
  writer.fieldOffset(FIELD.parts, parts);
  return writer.endTable();
}

function encodePart(writer: FlatbufferWriter, part: Part, needsEnds: boolean): number {
  const tm = part.tm === null ? 0 : writer.vector(part.tm);
  const t = part.t === null ? 0 : writer.vector(part.t);
  const m = part.m === null ? 0 : writer.vector(part.m);
  const z = part.z === null ? 0 : writer.vector(part.z);
  const xy = writer.vector(part.xy);
  const ends = needsEnds || part.ends.length > 1 ? writer.integers(part.ends) : 0;
  writer.startTable(FIELDS);
  writer.fieldOffset(FIELD.ends, ends);
  writer.fieldOffset(FIELD.xy, xy);
  writer.fieldOffset(FIELD.z, z);
  writer.fieldOffset(FIELD.m, m);
  writer.fieldOffset(FIELD.t, t);
  writer.fieldOffset(FIELD.tm, tm);
  if (part.storedType !== 0) writer.fieldUint8(FIELD.type, part.storedType);
  return writer.endTable();
}
