import type { ByteRange, RangeReader } from '../../cache/range.ts';
import { Problem } from '../../cache/problem.ts';

/** One read of this size holds the header of most COGs with their tile index. */
const CHUNK_BYTES = 64 * 1024;
/** Chunks kept, so that offsets and byte counts can be read side by side. */
const CHUNKS_MAX = 4;

/** Reads the structure of a file in chunks, so that small neighbouring reads cost one request. */
export class ChunkedBytes {
  readonly #reader: RangeReader;
  readonly #signal: AbortSignal | undefined;
  readonly #chunks: { offset: number; bytes: Uint8Array }[] = [];

  constructor(reader: RangeReader, signal?: AbortSignal) {
    this.#reader = reader;
    this.#signal = signal;
  }

  get sizeBytes(): number {
    return this.#reader.sizeBytes;
  }

  /**
   * Exactly `length` bytes from `offset`.
   * @throws {Problem} `invalid-source` that says what lies outside the file.
   */
  async read(offset: number, length: number, what: string): Promise<Uint8Array> {
    this.#require({ offset, length }, what);
    const known = this.#known({ offset, length });
    if (known !== null) return known;
    const chunk = await this.#load(offset, length);
    return chunk.bytes.subarray(0, length);
  }

  /**
   * Exactly the bytes of each range, in the order given. Those that no chunk holds are read in one go and not kept.
   * @throws {Problem} as {@link read} does.
   */
  async readMany(ranges: readonly ByteRange[], what: string): Promise<Uint8Array[]> {
    for (const range of ranges) this.#require(range, what);
    const known = ranges.map((range) => this.#known(range));
    const missing = ranges.filter((_, index) => known[index] === null);
    const read = missing.length === 0 ? [] : await this.#reader.readMany(missing, this.#signal);
    const rest = read.values();
    return known.map((bytes) => bytes ?? rest.next().value ?? new Uint8Array(0));
  }

  #require({ offset, length }: ByteRange, what: string): void {
    if (Number.isSafeInteger(offset) && offset >= 0 && length >= 0 && offset + length <= this.#reader.sizeBytes) return;
    throw new Problem(
      'invalid-source',
      `The TIFF is damaged: ${what} should lie at ${offset}, ${length} bytes long, ` +
        `but the file has ${this.#reader.sizeBytes} bytes.`,
    );
  }

  #known({ offset, length }: ByteRange): Uint8Array | null {
    const chunk = this.#chunks.find(
      ({ offset: start, bytes }) => start <= offset && offset + length <= start + bytes.byteLength,
    );
    return chunk?.bytes.subarray(offset - chunk.offset, offset - chunk.offset + length) ?? null;
  }

  async #load(offset: number, length: number): Promise<{ offset: number; bytes: Uint8Array }> {
    const size = Math.min(Math.max(length, CHUNK_BYTES), this.#reader.sizeBytes - offset);
    const chunk = { offset, bytes: await this.#reader.read(offset, size, this.#signal) };
    // The first chunk stays: it holds the header.
    if (this.#chunks.length >= CHUNKS_MAX) this.#chunks.splice(1, 1);
    this.#chunks.push(chunk);
    return chunk;
  }
}

/** A view for reading numbers at any alignment. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
