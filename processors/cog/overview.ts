import type { Kernel } from './coverage.ts';
import { type Axis, children } from './overview.axis.ts';
import type { Nodata, SampleArray, SampleLayout } from './samples.ts';
import type { SparsePixels } from './sparse.pixels.ts';

/** Makes overview pixels from the clipped pixels of the next finer level. */
export class OverviewMaker {
  readonly #finer: SparsePixels;
  readonly #columns: Axis;
  readonly #rows: Axis;
  readonly #method: Kernel['method'];
  readonly #layout: SampleLayout;
  readonly #nodata: Nodata;
  readonly #substitute: number;

  constructor(
    finer: SparsePixels,
    axes: { columns: Axis; rows: Axis },
    method: Kernel['method'],
    layout: SampleLayout,
    nodata: Nodata,
  ) {
    this.#finer = finer;
    this.#columns = axes.columns;
    this.#rows = axes.rows;
    this.#method = method;
    this.#layout = layout;
    this.#nodata = nodata;
    this.#substitute = besides(nodata.value, layout);
  }

  /** Writes all bands of one overview pixel to `out` at `at`. Bands without data in any child stay as they are. */
  make(column: number, row: number, out: SampleArray, at: number): void {
    const indexes = this.#childIndexes(column, row);
    for (let band = 0; band < this.#layout.samplesPerPixel; band++) {
      const values: number[] = [];
      for (const index of indexes) {
        const value = this.#finer.values[index + band] ?? Number.NaN;
        if (!this.#isNodata(value)) values.push(value);
      }
      if (values.length > 0) out[at + band] = this.#combine(values);
    }
  }

  #childIndexes(column: number, row: number): number[] {
    const [firstColumn, endColumn] = children(this.#columns, column);
    const [firstRow, endRow] = children(this.#rows, row);
    const indexes: number[] = [];
    for (let y = firstRow; y < endRow; y++) {
      for (let x = firstColumn; x < endColumn; x++) {
        const index = this.#finer.indexOf(x, y);
        if (index >= 0) indexes.push(index);
        if (this.#method === 'nearest') return indexes;
      }
    }
    return indexes;
  }

  #combine(values: readonly number[]): number {
    if (this.#method === 'average') return this.#average(values);
    return this.#method === 'mode' ? mostFrequent(values) : (values[0] ?? this.#nodata.value);
  }

  #average(values: readonly number[]): number {
    let sum = 0;
    for (const value of values) sum += value;
    const mean = sum / values.length;
    const stored = this.#layout.format === 'float' ? this.#round(mean) : roundHalfAwayFromZero(mean);
    // A mean may hit the nodata value by chance and must not vanish.
    return this.#isNodata(stored) ? this.#substitute : stored;
  }

  #round(value: number): number {
    return this.#layout.bits === 32 ? Math.fround(value) : value;
  }

  #isNodata(value: number): boolean {
    return value === this.#nodata.value || Number.isNaN(value);
  }
}

function roundHalfAwayFromZero(value: number): number {
  return value < 0 ? -Math.floor(-value + 0.5) : Math.floor(value + 0.5);
}

/** The most frequent value; of several, the one that reaches the count first. */
function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  let best = values[0] ?? Number.NaN;
  let bestCount = 0;
  for (const value of values) {
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    if (count > bestCount) [best, bestCount] = [value, count];
  }
  return best;
}

const FLOAT32_STEP = 2 ** -23;

/** A value next to nodata that the sample type can hold. */
function besides(nodata: number, { format, bits }: SampleLayout): number {
  if (format === 'float') {
    const step = bits === 32 ? FLOAT32_STEP : Number.EPSILON;
    const tiniest = bits === 32 ? 2 ** -149 : Number.MIN_VALUE;
    return nodata === 0 ? tiniest : nodata * (1 - step);
  }
  const max = format === 'int' ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  return nodata < max ? nodata + 1 : nodata - 1;
}
