import type { Kernel } from './coverage.ts';
import { RunAverages } from './overview.average.ts';
import { type Axis, children } from './overview.axis.ts';
import {
  isNumberArray,
  type Nodata,
  type SampleArray,
  type SampleLayout,
  type SampleValue,
  setSample,
} from './samples.ts';
import type { SparsePixels, SparseRow } from './sparse.pixels.ts';

/** Makes overview pixels from the clipped pixels of the next finer level; those wholly transparent count for nothing. */
export class OverviewMaker {
  readonly #finer: SparsePixels;
  readonly #columns: Axis;
  readonly #rows: Axis;
  readonly #method: Kernel['method'];
  readonly #layout: SampleLayout;
  readonly #nodata: Nodata;
  readonly #alphaBand: number | null;
  /** Means of all but 64-bit integers, which are most of what is ever made; null for these and for other methods. */
  readonly #averages: RunAverages | null = null;
  /** Of the pixel being made: where its children lie, and the values of one band. Fresh arrays would cost more than the sums. */
  readonly #indexes: number[] = [];
  readonly #values: SampleValue[] = [];

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
    this.#alphaBand = alphaBand;
    const { values } = finer;
    if (method === 'average' && isNumberArray(values) && typeof nodata.value === 'number') {
      const substitute = besides(nodata.value, layout);
      this.#averages = new RunAverages(finer, values, {
        columns: axes.columns,
        layout,
        nodata: nodata.value,
        substitute,
        alphaBand,
      });
    }
  }

  /** Writes all bands of a run of overview pixels of a row to `out` from `at` on. Bands without data in any child stay. */
  makeRun(row: number, start: number, end: number, out: SampleArray, at: number): void {
    const [firstRow, endRow] = children(this.#rows, row);
    if (this.#averages !== null && isNumberArray(out)) {
      this.#averages.begin(start, end);
      for (let finerRow = firstRow; finerRow < endRow; finerRow++) this.#averages.addRow(finerRow);
      this.#averages.write(out, at);
      return;
    }
    const rows: SparseRow[] = [];
    for (let finerRow = firstRow; finerRow < (this.#method === 'nearest' ? firstRow + 1 : endRow); finerRow++) {
      rows.push(this.#finer.row(finerRow));
    }
    const { samplesPerPixel } = this.#layout;
    for (let column = start; column < end; column++) {
      this.#makePixel(this.#findChildren(rows, column), out, at + (column - start) * samplesPerPixel);
    }
  }

  #makePixel(found: number, out: SampleArray, at: number): void {
    const finer = this.#finer.values;
    const values = this.#values;
    for (let band = 0; band < this.#layout.samplesPerPixel; band++) {
      let count = 0;
      for (let child = 0; child < found; child++) {
        const value = finer[(this.#indexes[child] ?? 0) + band] ?? Number.NaN;
        if (!this.#isNodata(value)) values[count++] = value;
      }
      if (count > 0) setSample(out, at + band, this.#combine(count));
    }
  }

  /** Finds the finer pixels that an overview pixel is made of: sets the indexes and returns how many there are. */
  #findChildren(rows: readonly SparseRow[], column: number): number {
    const [firstColumn, endColumn] = children(this.#columns, column);
    const end = this.#method === 'nearest' ? firstColumn + 1 : endColumn;
    let found = 0;
    for (const row of rows) {
      for (let x = firstColumn; x < end; x++) {
        const index = row.indexOf(x);
        if (index >= 0 && this.#isSeen(index)) this.#indexes[found++] = index;
      }
    }
    return found;
  }

  /** Whether a finer pixel is not wholly transparent. */
  #isSeen(index: number): boolean {
    return this.#alphaBand === null || Number(this.#finer.values[index + this.#alphaBand] ?? 0) !== 0;
  }

  /** One value of the first `count` ones found. */
  #combine(count: number): SampleValue {
    if (this.#method === 'average') return this.#average(count);
    return this.#method === 'mode' ? mostFrequent(this.#values, count) : (this.#values[0] ?? this.#nodata.value);
  }

  #average(count: number): bigint {
    const mean = wholeMean(this.#values, count);
    return mean === this.#nodata.value ? besidesWhole(mean, this.#layout) : mean;
  }

  #isNodata(value: SampleValue): boolean {
    return value === this.#nodata.value || Number.isNaN(value);
  }
}

/** The mean of 64-bit integers, which doubles cannot hold, rounded half away from zero. */
function wholeMean(values: readonly SampleValue[], valueCount: number): bigint {
  let sum = 0n;
  for (let index = 0; index < valueCount; index++) sum += BigInt(values[index] ?? 0);
  const count = BigInt(valueCount);
  const half = sum < 0n ? -count : count;
  return (2n * sum + half) / (2n * count);
}

/** The most frequent value; of several, the one that reaches the count first. */
function mostFrequent(values: readonly SampleValue[], valueCount: number): SampleValue {
  const counts = new Map<SampleValue, number>();
  let best = values[0] ?? Number.NaN;
  let bestCount = 0;
  for (let index = 0; index < valueCount; index++) {
    const value = values[index] ?? Number.NaN;
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
function besides(nodata: number, { format, bits, storedBits }: SampleLayout): number {
  if (format === 'float') {
    const [step, tiniest] = FLOAT_STEPS.get(bits) ?? [0, 0];
    return nodata === 0 ? tiniest : nodata * (1 - step);
  }
  const max = format === 'int' ? 2 ** (storedBits - 1) - 1 : 2 ** storedBits - 1;
  return nodata < max ? nodata + 1 : nodata - 1;
}

/** {@link besides} for integers of 64 bits. */
function besidesWhole(nodata: bigint, { format }: SampleLayout): bigint {
  const max = format === 'int' ? 2n ** 63n - 1n : 2n ** 64n - 1n;
  return nodata < max ? nodata + 1n : nodata - 1n;
}
