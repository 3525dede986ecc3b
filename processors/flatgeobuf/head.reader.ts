import type { ByteRange, RangeReader } from '../../cache/range.ts';
import { type CoalesceLimits, coalesce } from '../../cache/range.coalesce.ts';
import { readCoalesced } from '../../cache/range.read.many.ts';

/** Holds the header and the top levels of the index of most files, so that they cost one request. */
const HEAD_BYTES = 32 * 1024;

/** Bytes of the file that are at hand. */
interface Held {
  offset: number;
  bytes: Uint8Array;
}

/** A reader that has the beginning of the file at hand and asks the source for the rest. */
export class HeadReader {
  readonly sizeBytes: number;
  /** The source lies on this machine, where there are no round trips to save. */
  readonly isLocal: boolean;
  readonly signal: AbortSignal | undefined;
  readonly #source: RangeReader;
  readonly #held: Held[];

  private constructor(source: RangeReader, head: Uint8Array, signal: AbortSignal | undefined) {
    this.sizeBytes = source.sizeBytes;
    this.isLocal = source.readBlocking !== undefined;
    this.signal = signal;
    this.#source = source;
    this.#held = [{ offset: 0, bytes: head }];
  }

  static async open(source: RangeReader, signal: AbortSignal | undefined): Promise<HeadReader> {
    const length = Math.min(HEAD_BYTES, source.sizeBytes);
    const head = length === 0 ? new Uint8Array() : await source.read(0, length, signal);
    return new HeadReader(source, head, signal);
  }

  /** Whether a range is at hand. */
  holds(range: ByteRange): boolean {
    return this.#find(range) !== null;
  }

  /** One range; what is at hand costs nothing and is shared. */
  async read(offset: number, length: number, signal = this.signal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const held = this.#find({ offset, length });
    if (held !== null) return held;
    const [bytes = new Uint8Array()] = this.#readBlocking([{ offset, length }]) ?? [
      await this.#source.read(offset, length, signal),
    ];
    return bytes;
  }

  /** Ranges in the order given, near ones read together; those at hand cost nothing. */
  async readMany(ranges: readonly ByteRange[], limits: CoalesceLimits, signal = this.signal): Promise<Uint8Array[]> {
    signal?.throwIfAborted();
    const pieces = ranges.map((range) => this.#find(range));
    const beyond = ranges.filter((_, index) => pieces[index] === null);
    const fetched = beyond.length === 0 ? [] : await this.#fetch(beyond, limits, signal);
    let next = 0;
    return pieces.map((piece) => piece ?? fetched[next++] ?? new Uint8Array());
  }

  /** Reads ranges that may be asked for and keeps them. */
  async hold(ranges: readonly ByteRange[], limits: CoalesceLimits): Promise<void> {
    const beyond = ranges.filter((range) => !this.holds(range));
    const read = ({ offset, length }: ByteRange): Promise<Held> =>
      this.read(offset, length).then((bytes) => ({ offset, bytes }));
    this.#held.push(...(await Promise.all(coalesce(beyond, limits).runs.map(read))));
  }

  #find({ offset, length }: ByteRange): Uint8Array | null {
    for (const held of this.#held) {
      const at = offset - held.offset;
      if (at >= 0 && at + length <= held.bytes.length) return held.bytes.subarray(at, at + length);
    }
    return null;
  }

  async #fetch(ranges: readonly ByteRange[], limits: CoalesceLimits, signal?: AbortSignal): Promise<Uint8Array[]> {
    const read = this.#source.read.bind(this.#source);
    const concurrency = Number.POSITIVE_INFINITY;
    return this.#readBlocking(ranges) ?? readCoalesced(ranges, read, { limits, concurrency, signal });
  }

  /**
   * Of a local file: short reads cost a tenth of what a promise of each would, and one check of the file is enough for
   * all of them. Null where the source has to be waited for.
   */
  #readBlocking(ranges: readonly ByteRange[]): Uint8Array[] | null {
    if (this.#source.readBlocking === undefined) return null;
    // Not zeroed: it is filled to its end or thrown away.
    const all = new Uint8Array(Buffer.allocUnsafeSlow(ranges.reduce((sum, { length }) => sum + length, 0)).buffer);
    let at = 0;
    const targets = ranges.map(({ offset, length }) => {
      at += length;
      return { offset, target: all.subarray(at - length, at) };
    });
    this.#source.readBlocking(targets);
    return targets.map(({ target }) => target);
  }
}
