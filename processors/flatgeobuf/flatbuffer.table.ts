import { Problem } from '../../cache/problem.ts';

/** A vector inside a flatbuffer: where its first element lies and how many there are. */
export interface FlatVector {
  start: number;
  length: number;
}

const UTF8 = new TextDecoder();

/**
 * A table of a flatbuffer, read with every position checked: a pointer or length that leads outside the buffer throws
 * `invalid-source`. Fields are named by their number in the schema.
 */
export class FlatTable {
  readonly view: DataView;
  readonly position: number;
  readonly #what: string;
  readonly #vtable: number;
  readonly #vtableSize: number;

  /** @param what names the buffer in errors, such as `The header`. */
  constructor(view: DataView, position: number, what: string) {
    this.view = view;
    this.position = position;
    this.#what = what;
    this.#require(position, 4);
    this.#vtable = position - view.getInt32(position, true);
    this.#require(this.#vtable, 4);
    this.#vtableSize = view.getUint16(this.#vtable, true);
    this.#require(this.#vtable, this.#vtableSize);
  }

  /** The root table of a buffer without size prefix. */
  static root(bytes: Uint8Array, what: string): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.byteLength < 8) throw new Problem('invalid-source', `${what} has only ${view.byteLength} bytes.`);
    return new FlatTable(view, view.getUint32(0, true), what);
  }

  /** Position of a field's value, or null when the field is absent. */
  field(number: number, sizeBytes: number): number | null {
    const entry = 4 + number * 2;
    if (entry + 2 > this.#vtableSize) return null;
    const offset = this.view.getUint16(this.#vtable + entry, true);
    if (offset === 0) return null;
    this.#require(this.position + offset, sizeBytes);
    return this.position + offset;
  }

  uint8(number: number, absent: number): number {
    const at = this.field(number, 1);
    return at === null ? absent : this.view.getUint8(at);
  }

  uint16(number: number, absent: number): number {
    const at = this.field(number, 2);
    return at === null ? absent : this.view.getUint16(at, true);
  }

  int32(number: number, absent: number): number {
    const at = this.field(number, 4);
    return at === null ? absent : this.view.getInt32(at, true);
  }

  uint64(number: number, absent: number): number {
    const at = this.field(number, 8);
    return at === null ? absent : readUint64(this.view, at, this.#what);
  }

  /** A vector of elements of a fixed size. */
  vector(number: number, elementBytes: number): FlatVector | null {
    const at = this.#target(number);
    if (at === null) return null;
    this.#require(at, 4);
    const length = this.view.getUint32(at, true);
    this.#require(at + 4, length * elementBytes);
    return { start: at + 4, length };
  }

  bytes(number: number): Uint8Array | null {
    const vector = this.vector(number, 1);
    if (vector === null) return null;
    return new Uint8Array(this.view.buffer, this.view.byteOffset + vector.start, vector.length);
  }

  string(number: number): string | null {
    const bytes = this.bytes(number);
    return bytes === null ? null : UTF8.decode(bytes);
  }

  /** Doubles of a vector; they lie in the buffer itself where it is aligned. */
  doubles(number: number): Float64Array | null {
    const vector = this.vector(number, 8);
    if (vector === null) return null;
    return new Float64Array(...this.#aligned(vector, 8));
  }

  /** Unsigned 32-bit integers of a vector; they lie in the buffer itself where it is aligned. */
  uint32s(number: number): Uint32Array | null {
    const vector = this.vector(number, 4);
    if (vector === null) return null;
    return new Uint32Array(...this.#aligned(vector, 4));
  }

  /** Unsigned 64-bit integers of a vector; they lie in the buffer itself where it is aligned. */
  uint64s(number: number): BigUint64Array | null {
    const vector = this.vector(number, 8);
    if (vector === null) return null;
    return new BigUint64Array(...this.#aligned(vector, 8));
  }

  table(number: number): FlatTable | null {
    const at = this.#target(number);
    return at === null ? null : new FlatTable(this.view, at, this.#what);
  }

  tables(number: number): FlatTable[] {
    const vector = this.vector(number, 4);
    if (vector === null) return [];
    return Array.from({ length: vector.length }, (_, index) => {
      const at = vector.start + index * 4;
      return new FlatTable(this.view, at + this.view.getUint32(at, true), this.#what);
    });
  }

  /** Where an offset field points to. */
  #target(number: number): number | null {
    const at = this.field(number, 4);
    return at === null ? null : at + this.view.getUint32(at, true);
  }

  /** Where a vector can be viewed as a typed array: flatbuffers inside a file may lie at any byte. */
  #aligned({ start, length }: FlatVector, elementBytes: number): [ArrayBufferLike, number, number] {
    const { buffer, byteOffset } = this.view;
    const from = byteOffset + start;
    if (from % elementBytes === 0) return [buffer, from, length];
    return [buffer.slice(from, from + length * elementBytes), 0, length];
  }

  #require(position: number, sizeBytes: number): void {
    if (position >= 0 && position + sizeBytes <= this.view.byteLength) return;
    throw new Problem(
      'invalid-source',
      `${this.#what} points to bytes ${position} to ${position + sizeBytes} of its ${this.view.byteLength} bytes.`,
    );
  }
}

/** @throws {Problem} `invalid-source` above 2^53, which no offset or count of a real file reaches. */
export function readUint64(view: DataView, at: number, what: string): number {
  const value = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
  if (value <= Number.MAX_SAFE_INTEGER) return value;
  throw new Problem('invalid-source', `${what} holds the count or offset ${value}, which no file can have.`);
}
