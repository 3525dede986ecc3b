import { FlatTable } from './flatbuffer.table.ts';
import { type GeometryType, typeNumber } from './geometry.type.ts';
import { HEADER_FIELD, MAGIC_BYTES, NODE_SIZE_DEFAULT, SIZE_PREFIX_BYTES } from './header.ts';

/** What a clip's header says otherwise than its source's. */
export interface HeaderChange {
  featuresCount: number;
  /** 0: no index. */
  indexNodeSize: number;
  /** Null leaves it out. */
  envelope: readonly [number, number, number, number] | null;
}

const START_BYTES = MAGIC_BYTES + SIZE_PREFIX_BYTES;
const { envelope, featuresCount, indexNodeSize } = HEADER_FIELD;
const OFFSET_FIELDS = [
  HEADER_FIELD.name,
  HEADER_FIELD.columns,
  HEADER_FIELD.crs,
  HEADER_FIELD.title,
  HEADER_FIELD.description,
  HEADER_FIELD.metadata,
];
const BYTE_FIELDS = [
  HEADER_FIELD.geometryType,
  HEADER_FIELD.hasZ,
  HEADER_FIELD.hasM,
  HEADER_FIELD.hasT,
  HEADER_FIELD.hasTm,
];
const FIELDS = 14;

/*
 * A new root in front of the old header, whose pointers reach forward into it. Flatbuffers may only point forward.
 * Positions count from the buffer's start, 4 bytes after a multiple of 8, where the size prefix stands:
 *   0 root pointer · 4 vtable · 36 table · 88 envelope's length · 92 envelope · 128 the old header
 */
const VTABLE_AT = 4;
const TABLE_AT = 36;
const TABLE_BYTES = 48;
const ENVELOPE_AT = 88;
const OLD_AT = 128;
/** Places in the table, after the 4-byte pointer to the vtable. */
const ENVELOPE_IN_TABLE = 28;
const COUNT_IN_TABLE = 32;
const NODE_SIZE_IN_TABLE = 40;
const BYTES_IN_TABLE = 42;

/**
 * A header with another count, envelope and node size; everything else (CRS, columns, title, metadata) stays byte for
 * byte. Changed in place where the fields are there, so that the clip of a whole file is that file.
 * @param header magic and size prefix included.
 */
export function rewriteHeader(header: Uint8Array, change: HeaderChange): Uint8Array {
  const table = FlatTable.root(header.subarray(START_BYTES), 'The header');
  return changeInPlace(header, table, change) ?? putNewRoot(header, table, change);
}

/**
 * A header with another geometry type.
 * @param header magic and size prefix included; it names a type other than `Unknown`.
 */
export function withGeometryType(header: Uint8Array, type: GeometryType): Uint8Array {
  const at = FlatTable.root(header.subarray(START_BYTES), 'The header').field(HEADER_FIELD.geometryType, 1);
  if (at === null) throw new RangeError('A header that names no geometry type cannot be given another.');
  const bytes = new Uint8Array(header);
  bytes[START_BYTES + at] = typeNumber(type);
  return bytes;
}

/** Null when a field that has to change is not there. */
function changeInPlace(header: Uint8Array, table: FlatTable, change: HeaderChange): Uint8Array | null {
  const countAt = table.field(featuresCount, 8);
  const box = table.vector(envelope, 8);
  if (table.uint16(indexNodeSize, NODE_SIZE_DEFAULT) !== change.indexNodeSize) return null;
  if ((box?.length ?? 0) !== (change.envelope?.length ?? 0)) return null;
  if (countAt === null && change.featuresCount !== 0) return null;
  const bytes = new Uint8Array(header);
  const view = new DataView(bytes.buffer, START_BYTES);
  if (countAt !== null) view.setBigUint64(countAt, BigInt(change.featuresCount), true);
  const envelopeAt = box?.start ?? 0;
  change.envelope?.forEach((ordinate, index) => view.setFloat64(envelopeAt + index * 8, ordinate, true));
  return bytes;
}

function putNewRoot(header: Uint8Array, table: FlatTable, change: HeaderChange): Uint8Array {
  const bytes = new Uint8Array(header.length + OLD_AT);
  bytes.set(header.subarray(0, MAGIC_BYTES));
  bytes.set(header.subarray(START_BYTES), START_BYTES + OLD_AT);
  new DataView(bytes.buffer).setUint32(MAGIC_BYTES, bytes.length - START_BYTES, true);
  const view = new DataView(bytes.buffer, START_BYTES);
  view.setUint32(0, TABLE_AT, true);
  view.setUint16(VTABLE_AT, 4 + FIELDS * 2, true);
  view.setUint16(VTABLE_AT + 2, TABLE_BYTES, true);
  view.setInt32(TABLE_AT, TABLE_AT - VTABLE_AT, true);
  const place = (field: number, inTable: number): number => {
    view.setUint16(VTABLE_AT + 4 + field * 2, inTable, true);
    return TABLE_AT + inTable;
  };
  OFFSET_FIELDS.forEach((field, index) => {
    const at = table.field(field, 4);
    if (at === null) return;
    const target = OLD_AT + at + table.view.getUint32(at, true);
    const newAt = place(field, 4 + index * 4);
    view.setUint32(newAt, target - newAt, true);
  });
  BYTE_FIELDS.forEach((field, index) => {
    if (table.field(field, 1) !== null) view.setUint8(place(field, BYTES_IN_TABLE + index), table.uint8(field, 0));
  });
  view.setBigUint64(place(featuresCount, COUNT_IN_TABLE), BigInt(change.featuresCount), true);
  view.setUint16(place(indexNodeSize, NODE_SIZE_IN_TABLE), change.indexNodeSize, true);
  if (change.envelope !== null) {
    const at = place(envelope, ENVELOPE_IN_TABLE);
    view.setUint32(at, ENVELOPE_AT - at, true);
    view.setUint32(ENVELOPE_AT, change.envelope.length, true);
    change.envelope.forEach((ordinate, index) => view.setFloat64(ENVELOPE_AT + 4 + index * 8, ordinate, true));
  }
  return bytes;
}
