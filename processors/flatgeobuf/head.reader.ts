import type { ByteRange, RangeReader } from '../../cache/range.ts';
import { type CoalesceLimits, coalesce, type FetchPlan } from '../../cache/range.coalesce.ts';
import { releaseMemory } from '../memory.release.ts';
import { ReadPieces } from './read.pieces.ts';

/** Holds the header and the top levels of the index of most files, so that they cost one request. */
const HEAD_BYTES = 32 * 1024;

/** Requests of one batch that are under way or wait for a connection: more than a source takes at a time. */
const READS_AT_ONCE = 48;
/** That of doubles. */
const ALIGNMENT = 8;

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
    const [bytes] = this.#readBlocking([{ offset, length }]) ?? [await this.#readOwn({ offset, length }, signal)];
    return bytes;
  }

  /** Ranges, near ones read together; those at hand cost nothing. */
  async readMany(ranges: readonly ByteRange[], limits: CoalesceLimits, signal = this.signal): Promise<ReadPieces> {
    signal?.throwIfAborted();
    const shared = new Map<number, Uint8Array>();
    const beyond: number[] = [];
    for (const [index, range] of ranges.entries()) {
      const held = this.#find(range);
      if (held === null) beyond.push(index);
      else shared.set(index, held);
    }
    const wanted = beyond.map((index) => ranges[index] ?? { offset: 0, length: 0 });
    const { runs, slices } = this.isLocal ? oneAfterAnother(wanted) : coalesce(wanted, limits);
    const ownOf = new Uint32Array(ranges.length);
    const starts = new Uint32Array(ranges.length);
    for (const [place, index] of beyond.entries()) {
      ownOf[index] = slices[place]?.run ?? 0;
      starts[index] = slices[place]?.offset ?? 0;
    }
    const own = this.#readBlocking(wanted) ?? (await this.#readEach(runs, signal));
    return new ReadPieces(ranges, shared, own, ownOf, starts);
  }

  /** Gives the memory of bytes that were read back at once, unless they are at hand for others. */
  release(bytes: ArrayBufferView): void {
    if (this.#held.some((held) => held.bytes.buffer === bytes.buffer)) return;
    releaseMemory(new Uint8Array(bytes.buffer));
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

  /** A few at a time: what waits for its turn would outlive many collections of short-lived memory. */
  async #readEach(runs: readonly ByteRange[], signal: AbortSignal | undefined): Promise<Uint8Array[]> {
    const all: Uint8Array[] = [];
    const queue = runs.entries();
    const read = async (): Promise<void> => {
      for (const [index, run] of queue) all[index] = await this.#readOwn(run, signal);
    };
    await Promise.all(Array.from({ length: Math.min(READS_AT_ONCE, runs.length) }, read));
    return all;
  }

  #readOwn({ offset, length }: ByteRange, signal: AbortSignal | undefined): Promise<Uint8Array> {
    return this.#source.read(offset, length, signal);
  }

  /**
   * Of a local file, all in one array: short reads cost a tenth of what a promise of each would, and one check of the
   * file is enough for all of them. Null where the source has to be waited for.
   */
  #readBlocking(ranges: readonly ByteRange[]): [Uint8Array] | null {
    if (this.#source.readBlocking === undefined) return null;
    // Not zeroed: it is filled to its end or thrown away.
    const { slices, sizeBytes } = oneAfterAnother(ranges);
    const all = new Uint8Array(Buffer.allocUnsafeSlow(sizeBytes).buffer);
    const targets = ranges.map(({ offset, length }, index) => {
      const at = slices[index]?.offset ?? 0;
      return { offset, target: all.subarray(at, at + length) };
    });
    this.#source.readBlocking(targets);
    return [all];
  }
}

/** Ranges that are put one after another into one array, so that values of 8 bytes are aligned as they are in each. */
function oneAfterAnother(ranges: readonly ByteRange[]): FetchPlan & { sizeBytes: number } {
  let sizeBytes = 0;
  const slices = ranges.map(({ length }) => {
    const offset = Math.ceil(sizeBytes / ALIGNMENT) * ALIGNMENT;
    sizeBytes = offset + length;
    return { run: 0, offset };
  });
  return { runs: [], slices, sizeBytes };
}
