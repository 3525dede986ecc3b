import type { Kernel } from './coverage.ts';
import { type Axis, children } from './overview.axis.ts';
import { type Nodata, type SampleArray, type SampleLayout, type SampleValue, setSample } from './samples.ts';
import type { SparsePixels } from './sparse.pixels.ts';

/** Makes overview pixels from the clipped pixels of the next finer level; those wholly transparent count for nothing. */
export class OverviewMaker {
  readonly #finer: SparsePixels;
  readonly #columns: Axis;
  readonly #rows: Axis;
  readonly #method: Kernel['method'];
  readonly #layout: SampleLayout;
  readonly #nodata: Nodata;
  readonly #substitute: SampleValue;
  readonly #alphaBand: number | null;

  constructor(
    finer: SparsePixels,
    axes: { columns: Axis; rows: Axis },
    method: Kernel['method'],
    layout: SampleLayout,
    nodata: Nodata,
    alphaBand: number | null = null,
  ) {
    this.#finer = finer;
    this.#columns = axes.columns;
    this.#rows = axes.rows;
    this.#method = method;
    this.#layout = layout;
    this.#nodata = nodata;
    this.#substitute = besides(nodata.value, layout);
    this.#alphaBand = alphaBand;
  }

  /** Writes all bands of one overview pixel to `out` at `at`. Bands without data in any child stay as they are. */
  make(column: number, row: number, out: SampleArray, at: number): void {
    const indexes = this.#childIndexes(column, row);
    for (let band = 0; band < this.#layout.samplesPerPixel; band++) {
      const values: SampleValue[] = [];
      for (const index of indexes) {
        const value = this.#finer.values[index + band] ?? Number.NaN;
        if (!this.#isNodata(value)) values.push(value);
      }
      if (values.length > 0) setSample(out, at + band, this.#combine(values));
    }
  }

  #childIndexes(column: number, row: number): number[] {
    const [firstColumn, endColumn] = children(this.#columns, column);
    const [firstRow, endRow] = children(this.#rows, row);
    const indexes: number[] = [];
    for (let y = firstRow; y < endRow; y++) {
      for (let x = firstColumn; x < endColumn; x++) {
        const index = this.#finer.indexOf(x, y);
        if (index >= 0 && this.#isSeen(index)) indexes.push(index);
        if (this.#method === 'nearest') return indexes;
      }
    }
    return indexes;
  }

  /** Whether a finer pixel is not wholly transparent. */
  #isSeen(index: number): boolean {
    return this.#alphaBand === null || Number(this.#finer.values[index + this.#alphaBand] ?? 0) !== 0;
  }

  #combine(values: readonly SampleValue[]): SampleValue {
    if (this.#method === 'average') return this.#average(values);
    return this.#method === 'mode' ? mostFrequent(values) : (values[0] ?? this.#nodata.value);
  }

  #average(values: readonly SampleValue[]): SampleValue {
    const stored = typeof values[0] === 'bigint' ? wholeMean(values) : this.#mean(values);
    // A mean may hit the nodata value by chance and must not vanish.
    return this.#isNodata(stored) ? this.#substitute : stored;
  }

  #mean(values: readonly SampleValue[]): number {
    let sum = 0;
    for (const value of values) sum += Number(value);
    const mean = sum / values.length;
    return this.#layout.format === 'float' ? this.#round(mean) : roundHalfAwayFromZero(mean);
  }

  #round(value: number): number {
    if (this.#layout.bits === 16) return Math.f16round(value);
    return this.#layout.bits === 32 ? Math.fround(value) : value;
  }

  #isNodata(value: SampleValue): boolean {
    return value === this.#nodata.value || Number.isNaN(value);
  }
}

/** The mean of 64-bit integers, which doubles cannot hold, rounded half away from zero. */
function wholeMean(values: readonly SampleValue[]): bigint {
  const sum = values.reduce<bigint>((total, value) => total + BigInt(value), 0n);
  const count = BigInt(values.length);
  const half = sum < 0n ? -count : count;
  return (2n * sum + half) / (2n * count);
}

function roundHalfAwayFromZero(value: number): number {
  return value < 0 ? -Math.floor(-value + 0.5) : Math.floor(value + 0.5);
}

/** The most frequent value; of several, the one that reaches the count first. */
function mostFrequent(values: readonly SampleValue[]): SampleValue {
  const counts = new Map<SampleValue, number>();
  let best = values[0] ?? Number.NaN;
  let bestCount = 0;
  for (const value of values) {
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    if (count > bestCount) [best, bestCount] = [value, count];
  }
  return best;
}

/** Relative distance of neighbouring floats, and the smallest one, by bits. */
const FLOAT_STEPS: ReadonlyMap<number, readonly [step: number, tiniest: number]> = new Map([
  [16, [2 ** -10, 2 ** -24]],
  [32, [2 ** -23, 2 ** -149]],
  [64, [Number.EPSILON, Number.MIN_VALUE]],
]);

/** A value next to nodata that the sample type can hold. */
function besides(nodata: SampleValue, { format, bits, storedBits }: SampleLayout): SampleValue {
  if (typeof nodata === 'bigint') {
    const max = format === 'int' ? 2n ** 63n - 1n : 2n ** 64n - 1n;
    return nodata < max ? nodata + 1n : nodata - 1n;
  }
  if (format === 'float') {
    const [step, tiniest] = FLOAT_STEPS.get(bits) ?? [0, 0];
    return nodata === 0 ? tiniest : nodata * (1 - step);
  }
  const max = format === 'int' ? 2 ** (storedBits - 1) - 1 : 2 ** storedBits - 1;
  return nodata < max ? nodata + 1 : nodata - 1;
}
