import type { ByteRange, RangeReader } from '../../cache/range.ts';

/** Holds the header and the top levels of the index of most files, so that they cost one request. */
const HEAD_BYTES = 32 * 1024;

/** A reader that has the beginning of the file at hand and asks the source for the rest. */
export class HeadReader {
  readonly sizeBytes: number;
  readonly #source: RangeReader;
  readonly #signal: AbortSignal | undefined;
  readonly #head: Uint8Array;

  private constructor(source: RangeReader, head: Uint8Array, signal: AbortSignal | undefined) {
    this.sizeBytes = source.sizeBytes;
    this.#source = source;
    this.#head = head;
    this.#signal = signal;
  }

  static async open(source: RangeReader, signal: AbortSignal | undefined): Promise<HeadReader> {
    const length = Math.min(HEAD_BYTES, source.sizeBytes);
    const head = length === 0 ? new Uint8Array() : await source.read(0, length, signal);
    return new HeadReader(source, head, signal);
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const [bytes = new Uint8Array()] = await this.readMany([{ offset, length }]);
    return bytes;
  }

  /** Ranges in the order given; those inside the beginning cost nothing. */
  async readMany(ranges: readonly ByteRange[]): Promise<Uint8Array[]> {
    this.#signal?.throwIfAborted();
    const beyond = ranges.filter((range) => !this.#holds(range));
    const fetched = beyond.length === 0 ? [] : await this.#source.readMany(beyond, this.#signal);
    let next = 0;
    return ranges.map((range) => {
      if (this.#holds(range)) return this.#head.subarray(range.offset, range.offset + range.length);
      return fetched[next++] ?? new Uint8Array();
    });
  }

  #holds({ offset, length }: ByteRange): boolean {
    return offset + length <= this.#head.length;
  }
}
