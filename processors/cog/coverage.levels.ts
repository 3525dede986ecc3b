import { coarsen, type Coverage, type Kernel } from './coverage.ts';
import type { Spans } from './spans.ts';
import type { ClipLevel } from './window.ts';

/**
 * What of each level lies inside, full resolution first. Each is worked out when it is first asked for, so that
 * reading the first level need not wait for the others.
 */
export class LevelCoverages {
  readonly #kernel: Kernel;
  readonly #levels: readonly ClipLevel[];
  readonly #coverages: Coverage[];

  /** `inside` are the pixels of the full resolution. */
  constructor({ inside, kernel }: { inside: Spans; kernel: Kernel }, levels: readonly ClipLevel[]) {
    this.#kernel = kernel;
    this.#levels = levels;
    this.#coverages = [{ touched: inside, pure: inside }];
  }

  /** Gives the memory back; none of them is of use afterwards. */
  release(): void {
    for (const { touched, pure } of this.#coverages) {
      touched.release();
      pure.release();
    }
  }

  at(index: number): Coverage {
    const known = this.#coverages[index];
    if (known !== undefined) return known;
    const axes = this.#levels[index]?.axes ?? null;
    if (axes === null) throw new RangeError(`There is no overview ${index}.`);
    return (this.#coverages[index] = coarsen(this.at(index - 1), axes.columns, axes.rows, this.#kernel));
  }
}
