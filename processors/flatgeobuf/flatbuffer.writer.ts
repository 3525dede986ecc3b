/** Bytes of a feature that are gathered before vectors are taken as they stand: most features are smaller. */
const ROOM_BYTES = 256 * 1024;
/** In a large feature, vectors from this size on are not copied. */
const KEPT_BYTES_MIN = 512;
/** A vtable begins with its own size and that of the table, 2 bytes each. */
const VTABLE_HEAD_BYTES = 4;

type Values = Float64Array | BigUint64Array | Uint8Array;

/** A vtable that was written, for other tables with the same fields. */
interface Vtable {
  readonly offset: number;
  readonly tableBytes: number;
  /** Where each field lies in the table, 0 for those left out. */
  readonly fields: readonly number[];
}

/**
 * Writes flatbuffers from back to front, as the builder of the flatbuffers library does and byte for byte as that one
 * would, but without a copy of what is large: the vectors of a large feature are handed on as they stand. Offsets count
 * from the end of the buffer. Keeps its room from one buffer to the next.
 */
export class FlatbufferWriter {
  #room = new Uint8Array(ROOM_BYTES);
  #view = new DataView(this.#room.buffer);
  /** Where what was written last begins in the room, and where what belongs to a chunk already does. */
  #space = ROOM_BYTES;
  #sealedFrom = ROOM_BYTES;
  /** The last chunk first. */
  readonly #chunks: Uint8Array[] = [];
  /** Of all chunks. */
  #sealedBytes = 0;
  #isLarge = false;
  #alignment = 1;
  readonly #vtables: Vtable[] = [];
  /** Where the fields of the table being written are, 0 for those left out. */
  readonly #fields: number[] = [];
  #tableStart = 0;

  /** Begins another buffer; the chunks of the one before are no longer valid. */
  begin(): void {
    this.#space = this.#room.length;
    this.#sealedFrom = this.#space;
    this.#chunks.length = 0;
    this.#sealedBytes = 0;
    this.#isLarge = false;
    this.#alignment = 1;
    this.#vtables.length = 0;
  }

  /** Ends the buffer at its root table, size prefix included, and gives its bytes chunk by chunk. */
  finish(root: number): readonly Uint8Array[] {
    this.#align(this.#alignment, 8);
    this.addOffset(root);
    this.#addUint32(this.#offset());
    this.#seal();
    return this.#chunks.toReversed();
  }

  /** A vector of 8-byte values or of bytes. These must stay as they are until the chunks are used. */
  vector(values: Values): number {
    const elementBytes = values.BYTES_PER_ELEMENT;
    this.#align(4, values.byteLength);
    this.#align(elementBytes, values.byteLength);
    this.#addBytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return this.#addUint32(values.length);
  }

  /** A string of UTF-8 bytes. */
  string(utf8: Uint8Array): number {
    this.#addUint8(0);
    return this.vector(utf8);
  }

  /** A vector of unsigned 32-bit integers. */
  integers(values: readonly number[]): number {
    this.#align(4, values.length * 4);
    for (let index = values.length - 1; index >= 0; index--) this.#addUint32(values[index] ?? 0);
    return this.#addUint32(values.length);
  }

  /** A vector of offsets of tables. */
  offsets(targets: readonly number[]): number {
    this.#align(4, targets.length * 4);
    for (let index = targets.length - 1; index >= 0; index--) this.addOffset(targets[index] ?? 0);
    return this.#addUint32(targets.length);
  }

  /** Begins a table, whose fields follow; vectors and other tables cannot be written in between. */
  startTable(fields: number): void {
    this.#fields.length = 0;
    for (let field = 0; field < fields; field++) this.#fields.push(0);
    this.#tableStart = this.#offset();
  }

  /** A field that points to what was written before; left out when the offset is 0. */
  fieldOffset(field: number, offset: number): void {
    if (offset !== 0) this.#fields[field] = this.addOffset(offset);
  }

  fieldUint8(field: number, value: number): void {
    this.#fields[field] = this.#addUint8(value);
  }

  fieldInt32(field: number, value: number): void {
    this.#align(4, 0);
    this.#fields[field] = this.#addUint32(value);
  }

  /** Ends a table, and gives its offset. Tables with the same fields share a vtable. */
  endTable(): number {
    const fields = this.#fields;
    while (fields.at(-1) === 0) fields.pop();
    this.#align(4, 0);
    const table = this.#offset() + 4;
    const tableBytes = table - this.#tableStart;
    for (let field = 0; field < fields.length; field++) {
      const offset = fields[field] ?? 0;
      fields[field] = offset === 0 ? 0 : table - offset;
    }
    const known = this.#vtables.find((vtable) => vtable.tableBytes === tableBytes && isSame(vtable.fields, fields));
    if (known !== undefined) {
      this.#addUint32(known.offset - table);
      return table;
    }
    const vtableBytes = VTABLE_HEAD_BYTES + fields.length * 2;
    this.#addUint32(vtableBytes);
    for (let field = fields.length - 1; field >= 0; field--) this.#addUint16(fields[field] ?? 0);
    this.#addUint16(tableBytes);
    this.#addUint16(vtableBytes);
    this.#vtables.push({ offset: this.#offset(), tableBytes, fields: [...fields] });
    return table;
  }

  addOffset(target: number): number {
    this.#align(4, 0);
    return this.#addUint32(this.#offset() - target + 4);
  }

  #offset(): number {
    return this.#sealedBytes + this.#sealedFrom - this.#space;
  }

  /** Pads so that what is `sizeBytes` large begins at a multiple of it once `moreBytes` were written behind it. */
  #align(sizeBytes: number, moreBytes: number): void {
    if (sizeBytes > this.#alignment) this.#alignment = sizeBytes;
    const padding = -(this.#offset() + moreBytes) & (sizeBytes - 1);
    this.#reserve(padding);
    this.#room.fill(0, this.#space - padding, this.#space);
    this.#space -= padding;
  }

  #addUint8(value: number): number {
    this.#reserve(1);
    this.#view.setUint8((this.#space -= 1), value);
    return this.#offset();
  }

  #addUint16(value: number): void {
    this.#reserve(2);
    this.#view.setUint16((this.#space -= 2), value, true);
  }

  /** Modulo 2^32, as negative numbers are stored. */
  #addUint32(value: number): number {
    this.#reserve(4);
    this.#view.setUint32((this.#space -= 4), value, true);
    return this.#offset();
  }

  #addBytes(bytes: Uint8Array): void {
    const isKept = this.#isLarge ? bytes.length >= KEPT_BYTES_MIN : bytes.length > this.#space;
    if (isKept) {
      this.#isLarge = true;
      this.#seal();
      this.#chunks.push(bytes);
      this.#sealedBytes += bytes.length;
      return;
    }
    this.#reserve(bytes.length);
    this.#room.set(bytes, (this.#space -= bytes.length));
  }

  /** Makes what was written since the last time a chunk. */
  #seal(): void {
    if (this.#space === this.#sealedFrom) return;
    this.#sealedBytes += this.#sealedFrom - this.#space;
    this.#chunks.push(this.#room.subarray(this.#space, this.#sealedFrom));
    this.#sealedFrom = this.#space;
  }

  /** Goes on in a new room where the one in use is full. */
  #reserve(bytes: number): void {
    if (bytes <= this.#space) return;
    this.#isLarge = true;
    this.#seal();
    this.#room = new Uint8Array(ROOM_BYTES);
    this.#view = new DataView(this.#room.buffer);
    this.#space = this.#room.length;
    this.#sealedFrom = this.#space;
  }
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((entry, index) => entry === b[index]);
}
