import type { FlatTable } from './flatbuffer.table.ts';
import type { FlatbufferWriter } from './flatbuffer.writer.ts';

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

/** Copies columns into a buffer that is being written, with the fields that they have; gives the vector's offset. */
export function copyColumns(writer: FlatbufferWriter, columns: readonly FlatTable[]): number {
  return writer.offsets(columns.map((column) => copyColumn(writer, column)));
}

function copyColumn(writer: FlatbufferWriter, column: FlatTable): number {
  const texts = TEXTS.map((field) => {
    const bytes = column.bytes(field);
    return [field, bytes === null ? 0 : writer.string(bytes)] as const;
  });
  writer.startTable(FIELDS);
  for (const [field, offset] of texts) writer.fieldOffset(field, offset);
  // A field is written whatever its value, if the source has it.
  for (const field of INTEGERS) {
    if (column.field(field, 4) !== null) writer.fieldInt32(field, column.int32(field, 0));
  }
  for (const field of BYTES) {
    if (column.field(field, 1) !== null) writer.fieldUint8(field, column.uint8(field, 0));
  }
  return writer.endTable();
}
