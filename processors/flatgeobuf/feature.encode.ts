import { Builder } from 'flatbuffers';
import type { Feature, Part } from './feature.ts';
import type { CuttableType } from './geometry.type.ts';

const GEOMETRY_FIELDS = 8;
const FEATURE_FIELDS = 3;

/**
 * Encodes a feature with new geometry and the attributes of another, size prefix included. Stored type numbers are
 * kept, since a file whose header has the type needs none.
 * @param parts the polygons of a MultiPolygon; one part for all other types.
 */
export function encodeFeature(like: Feature, parts: readonly Part[], type: CuttableType): Uint8Array {
  const coordinateBytes = parts.reduce((sum, part) => sum + part.xy.byteLength * 2, 0);
  const builder = new Builder(coordinateBytes + (like.properties?.length ?? 0) + 512);
  const geometry =
    type === 'MultiPolygon'
      ? encodeMultiPolygon(builder, parts, like.storedType)
      : encodePart(builder, parts[0], like.storedType, type === 'MultiLineString');
  const properties = like.properties === null ? 0 : builder.createByteVector(like.properties);
  builder.startObject(FEATURE_FIELDS);
  builder.addFieldOffset(0, geometry, 0);
  if (like.properties !== null) builder.addFieldOffset(1, properties, 0);
  builder.finishSizePrefixed(builder.endObject());
  return builder.asUint8Array();
}

function encodeMultiPolygon(builder: Builder, parts: readonly Part[], storedType: number): number {
  const offsets = parts.map((part) => encodePart(builder, part, part.storedType, false));
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed()) builder.addOffset(offset);
  const vector = builder.endVector();
  builder.startObject(GEOMETRY_FIELDS);
  builder.addFieldInt8(6, storedType, 0);
  builder.addFieldOffset(7, vector, 0);
  return builder.endObject();
}

/** @param needsEnds GDAL refuses a MultiLineString without ends; a line, or a polygon of one ring, needs none. */
function encodePart(builder: Builder, part: Part | undefined, storedType: number, needsEnds: boolean): number {
  if (part === undefined) throw new RangeError('A feature to be encoded has no geometry.');
  const m = part.m === null ? 0 : addDoubles(builder, part.m);
  const z = part.z === null ? 0 : addDoubles(builder, part.z);
  const xy = addDoubles(builder, part.xy);
  const ends = needsEnds || part.ends.length > 1 ? addEnds(builder, part.ends) : 0;
  builder.startObject(GEOMETRY_FIELDS);
  if (ends !== 0) builder.addFieldOffset(0, ends, 0);
  builder.addFieldOffset(1, xy, 0);
  if (z !== 0) builder.addFieldOffset(2, z, 0);
  if (m !== 0) builder.addFieldOffset(3, m, 0);
  builder.addFieldInt8(6, storedType, 0);
  return builder.endObject();
}

function addDoubles(builder: Builder, values: Float64Array): number {
  builder.startVector(8, values.length, 8);
  for (let index = values.length - 1; index >= 0; index--) builder.addFloat64(values[index] ?? 0);
  return builder.endVector();
}

function addEnds(builder: Builder, ends: readonly number[]): number {
  builder.startVector(4, ends.length, 4);
  for (const end of ends.toReversed()) builder.addInt32(end);
  return builder.endVector();
}
