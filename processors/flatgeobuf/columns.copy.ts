import type { Builder } from 'flatbuffers';
import type { FlatTable } from './flatbuffer.table.ts';

const FIELD = {
  name: 0,
  type: 1,
  title: 2,
  description: 3,
  width: 4,
  precision: 5,
  scale: 6,
  nullable: 7,
  unique: 8,
  primaryKey: 9,
  metadata: 10,
} as const;
const FIELDS = 11;
const TEXTS = [FIELD.name, FIELD.title, FIELD.description, FIELD.metadata];
const BYTES = [FIELD.type, FIELD.nullable, FIELD.unique, FIELD.primaryKey];
const INTEGERS = [FIELD.width, FIELD.precision, FIELD.scale];

/** Copies columns into a buffer that is being built, with the fields that they have; gives the vector's offset. */
export function copyColumns(builder: Builder, columns: readonly FlatTable[]): number {
  const offsets = columns.map((column) => copyColumn(builder, column));
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed()) builder.addOffset(offset);
  return builder.endVector();
}

function copyColumn(builder: Builder, column: FlatTable): number {
  const texts = TEXTS.map((field) => {
    const bytes = column.bytes(field);
    return [field, bytes === null ? 0 : builder.createString(bytes)] as const;
  });
  builder.startObject(FIELDS);
  for (const [field, offset] of texts) builder.addFieldOffset(field, offset, 0);
  // Null for a default: a field is written whatever its value, if the source has it.
  for (const field of INTEGERS) {
    if (column.field(field, 4) !== null) builder.addFieldInt32(field, column.int32(field, 0), null);
  }
  for (const field of BYTES) {
    if (column.field(field, 1) !== null) builder.addFieldInt8(field, column.uint8(field, 0), null);
  }
  return builder.endObject();
}
