import type { RangeReader } from '../../cache/range.ts';
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
    if (!Number.isSafeInteger(offset) || offset < 0 || length < 0 || offset + length > this.#reader.sizeBytes) {
      throw new Problem(
        'invalid-source',
        `The TIFF is damaged: ${what} should lie at ${offset}, ${length} bytes long, ` +
          `but the file has ${this.#reader.sizeBytes} bytes.`,
      );
    }
    const known = this.#chunks.find(
      (chunk) => chunk.offset <= offset && offset + length <= chunk.offset + chunk.bytes.byteLength,
    );
    const chunk = known ?? (await this.#load(offset, length));
    return chunk.bytes.subarray(offset - chunk.offset, offset - chunk.offset + length);
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
