import type { ByteRange } from '../../cache/range.ts';
import { releaseMemory } from '../memory.release.ts';

/**
 * Ranges of a file that were read together. A view of one is made when it is asked for: there are thousands, and most
 * are shorter than what a view takes.
 */
export class ReadPieces {
  readonly #lengths: readonly ByteRange[];
  readonly #shared: ReadonlyMap<number, Uint8Array>;
  readonly #own: readonly Uint8Array[];
  readonly #ownOf: Uint32Array;
  readonly #starts: Uint32Array;

  /**
   * @param shared bytes that stay at hand, by the place of their range.
   * @param own bytes that nobody else uses, of all other ranges.
   * @param ownOf for each range, which of `own` holds it.
   * @param starts for each range, where it begins in that.
   */
  constructor(
    ranges: readonly ByteRange[],
    shared: ReadonlyMap<number, Uint8Array>,
    own: readonly Uint8Array[],
    ownOf: Uint32Array,
    starts: Uint32Array,
  ) {
    this.#lengths = ranges;
    this.#shared = shared;
    this.#own = own;
    this.#ownOf = ownOf;
    this.#starts = starts;
  }

  /** The bytes of a range, until they are released. */
  at(index: number): Uint8Array {
    const shared = this.#shared.get(index);
    if (shared !== undefined) return shared;
    const bytes = this.#own[this.#ownOf[index] ?? 0];
    const range = this.#lengths[index];
    if (bytes === undefined || range === undefined) throw new RangeError(`There is no range ${index}.`);
    const start = this.#starts[index] ?? 0;
    return bytes.subarray(start, start + range.length);
  }

  /** Gives the memory back at once; the views are empty afterwards. */
  release(): void {
    for (const bytes of this.#own) releaseMemory(bytes);
  }
}
