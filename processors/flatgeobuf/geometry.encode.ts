import type { Builder } from 'flatbuffers';
import type { Geometry, Part } from './geometry.ts';

const FIELD = { ends: 0, xy: 1, z: 2, m: 3, t: 4, tm: 5, type: 6, parts: 7 } as const;
const FIELDS = 8;

/** Writes a geometry into a buffer that is being built; gives its offset. Stored type numbers are kept. */
export function encodeGeometry(builder: Builder, geometry: Geometry): number {
  // GDAL refuses a MultiLineString without ends; a line, or a polygon of one ring, needs none.
  if ('part' in geometry) return encodePart(builder, geometry.part, geometry.type === 'MultiLineString');
  const offsets = geometry.members.map((member) => encodeGeometry(builder, member));
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed()) builder.addOffset(offset);
  const vector = builder.endVector();
  builder.startObject(FIELDS);
  builder.addFieldInt8(FIELD.type, geometry.storedType, 0);
  builder.addFieldOffset(FIELD.parts, vector, 0);
  return builder.endObject();
}

function encodePart(builder: Builder, part: Part, needsEnds: boolean): number {
  const tm = part.tm === null ? 0 : addIntegers(builder, part.tm);
  const t = part.t === null ? 0 : addDoubles(builder, part.t);
  const m = part.m === null ? 0 : addDoubles(builder, part.m);
  const z = part.z === null ? 0 : addDoubles(builder, part.z);
  const xy = addDoubles(builder, part.xy);
  const ends = needsEnds || part.ends.length > 1 ? addEnds(builder, part.ends) : 0;
  builder.startObject(FIELDS);
  builder.addFieldOffset(FIELD.ends, ends, 0);
  builder.addFieldOffset(FIELD.xy, xy, 0);
  builder.addFieldOffset(FIELD.z, z, 0);
  builder.addFieldOffset(FIELD.m, m, 0);
  builder.addFieldOffset(FIELD.t, t, 0);
  builder.addFieldOffset(FIELD.tm, tm, 0);
  builder.addFieldInt8(FIELD.type, part.storedType, 0);
  return builder.endObject();
}

function addDoubles(builder: Builder, values: Float64Array): number {
  builder.startVector(8, values.length, 8);
  for (let index = values.length - 1; index >= 0; index--) builder.addFloat64(values[index] ?? 0);
  return builder.endVector();
}

function addIntegers(builder: Builder, values: BigUint64Array): number {
  builder.startVector(8, values.length, 8);
  for (const value of values.toReversed()) builder.addInt64(value);
  return builder.endVector();
}

function addEnds(builder: Builder, ends: readonly number[]): number {
  builder.startVector(4, ends.length, 4);
  for (const end of ends.toReversed()) builder.addInt32(end);
  return builder.endVector();
}
