/// <reference lib="esnext.float16" />
import { type Axis, children } from './overview.axis.ts';
import type { NumberArray, SampleLayout } from './samples.ts';
import type { SparsePixels } from './sparse.pixels.ts';

/** What averages are made with. */
export interface Averaging {
  readonly columns: Axis;
  readonly layout: SampleLayout;
  readonly nodata: number;
  /** Stands for a mean that hits the nodata value by chance: it must not vanish. */
  readonly substitute: number;
  /** Pixels that are 0 in this band count for nothing. */
  readonly alphaBand: number | null;
}

/** Means of the finer pixels under a run of overview pixels of one row: summed up row by row, then written. */
export class RunAverages {
  readonly #finer: SparsePixels;
  readonly #values: NumberArray;
  readonly #averaging: Averaging;
  /** By band of each overview pixel of the run. */
  #sums = new Float64Array(0);
  #counts = new Uint32Array(0);
  #start = 0;
  #end = 0;

  /** @param values those of `finer` */
  constructor(finer: SparsePixels, values: NumberArray, averaging: Averaging) {
    this.#finer = finer;
    this.#values = values;
    this.#averaging = averaging;
  }

  /** Begins a run. */
  begin(start: number, end: number): void {
    this.#start = start;
    this.#end = end;
    const size = (end - start) * this.#averaging.layout.samplesPerPixel;
    if (this.#sums.length < size) {
      this.#sums = new Float64Array(size);
      this.#counts = new Uint32Array(size);
    } else {
      this.#sums.fill(0, 0, size);
      this.#counts.fill(0, 0, size);
    }
  }

  /** Adds what a finer row has under the run. */
  addRow(row: number): void {
    const { spans } = this.#finer;
    const { columns } = spans;
    const bands = this.#averaging.layout.samplesPerPixel;
    const last = spans.runsEnd(row);
    let at = spans.runsStart(row);
    let pixel = this.#finer.firstPixel(row);
    for (let parent = this.#start; parent < this.#end && at < last; parent++) {
      const [first, end] = children(this.#averaging.columns, parent);
      while (at < last && (columns[at + 1] ?? 0) <= first) {
        pixel += (columns[at + 1] ?? 0) - (columns[at] ?? 0);
        at += 2;
      }
      let runPixel = pixel;
      for (let run = at; run < last && (columns[run] ?? 0) < end; run += 2) {
        const runStart = columns[run] ?? 0;
        const runEnd = columns[run + 1] ?? 0;
        const from = runPixel + Math.max(first, runStart) - runStart;
        const to = runPixel + Math.min(end, runEnd) - runStart;
        this.#add(from * bands, to * bands, (parent - this.#start) * bands);
        runPixel += runEnd - runStart;
      }
    }
  }

  /** Adds finer values `from` to before `to` to the sums from `at` on. */
  #add(from: number, to: number, at: number): void {
    const { layout, nodata, alphaBand } = this.#averaging;
    const bands = layout.samplesPerPixel;
    for (let pixel = from; pixel < to; pixel += bands) {
      if (alphaBand !== null && this.#values[pixel + alphaBand] === 0) continue;
      for (let band = 0; band < bands; band++) {
        const value = this.#values[pixel + band] ?? Number.NaN;
        if (value === nodata || Number.isNaN(value)) continue;
        this.#sums[at + band] = (this.#sums[at + band] ?? 0) + value;
        this.#counts[at + band] = (this.#counts[at + band] ?? 0) + 1;
      }
    }
  }

  /** Writes the means to `out` from `at` on. Bands without data in any child stay. */
  write(out: NumberArray, at: number): void {
    const { layout, nodata, substitute } = this.#averaging;
    const round = roundingOf(layout);
    const size = (this.#end - this.#start) * layout.samplesPerPixel;
    for (let index = 0; index < size; index++) {
      const count = this.#counts[index] ?? 0;
      if (count === 0) continue;
      const mean = round((this.#sums[index] ?? 0) / count);
      out[at + index] = mean === nodata || Number.isNaN(mean) ? substitute : mean;
    }
  }
}

/** To what the sample type holds. */
function roundingOf({ format, bits }: SampleLayout): (value: number) => number {
  if (format !== 'float') return roundHalfAwayFromZero;
  if (bits === 16) return (value) => Math.f16round(value);
  return bits === 32 ? Math.fround : (value) => value;
}

function roundHalfAwayFromZero(value: number): number {
  return value < 0 ? -Math.floor(-value + 0.5) : Math.floor(value + 0.5);
}
