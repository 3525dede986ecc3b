import { releaseMemory } from '../memory.release.ts';
import { allocateSamples, samplesOf, type SampleArray, type SampleLayout } from './samples.ts';
import type { Spans } from './spans.ts';

/** Values of some pixels of a level: those that the next overview is made of. */
export class SparsePixels {
  /** Which pixels. */
  readonly spans: Spans;
  readonly #samplesPerPixel: number;
  /** Number of the first pixel of each row. */
  readonly #rowStarts: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #bytesPerPixel: number;
  /** All bands of a pixel lie together. */
  readonly values: SampleArray;

  constructor(spans: Spans, layout: SampleLayout) {
    this.spans = spans;
    this.#samplesPerPixel = layout.samplesPerPixel;
    this.#bytesPerPixel = layout.bytesPerPixel;
    this.#rowStarts = new Uint32Array(spans.endRow - spans.firstRow + 1);
    for (let row = spans.firstRow; row < spans.endRow; row++) {
      const index = row - spans.firstRow;
      this.#rowStarts[index + 1] = (this.#rowStarts[index] ?? 0) + spans.countRow(row);
    }
    this.#bytes = allocateSamples((this.#rowStarts.at(-1) ?? 0) * layout.bytesPerPixel);
    this.values = samplesOf(layout, this.#bytes);
  }

  /** Takes over the pixels of a decoded tile whose first pixel lies at the given place of the level. */
  take(tile: Uint8Array, tileWidth: number, tileHeight: number, firstColumn: number, firstRow: number): void {
    const { columns } = this.spans;
    // Copies without a view of each run.
    const pixels = Buffer.from(tile.buffer, tile.byteOffset, tile.byteLength);
    for (let row = firstRow; row < firstRow + tileHeight; row++) {
      const last = this.spans.runsEnd(row);
      let pixel = this.firstPixel(row);
      for (let at = this.spans.runsStart(row); at < last; at += 2) {
        const runStart = columns[at] ?? 0;
        const runEnd = columns[at + 1] ?? 0;
        const start = Math.max(runStart, firstColumn);
        const end = Math.min(runEnd, firstColumn + tileWidth);
        if (start < end) {
          const from = ((row - firstRow) * tileWidth + start - firstColumn) * this.#bytesPerPixel;
          const to = (pixel + start - runStart) * this.#bytesPerPixel;
          pixels.copy(this.#bytes, to, from, from + (end - start) * this.#bytesPerPixel);
        }
        pixel += runEnd - runStart;
      }
    }
  }

  /** Gives the memory of the values back; they are gone afterwards. */
  release(): void {
    releaseMemory(this.#bytes);
  }

  /** Number of the first pixel of a row. */
  firstPixel(row: number): number {
    return this.#rowStarts[row - this.spans.firstRow] ?? 0;
  }

  /** Where the pixels of one row lie in `values`. */
  row(row: number): SparseRow {
    return new SparseRow(this.spans, row, this.firstPixel(row), this.#samplesPerPixel);
  }
}

/** Finds pixels of one row that are asked for from west to east. */
export class SparseRow {
  readonly #columns: Int32Array;
  readonly #end: number;
  readonly #samplesPerPixel: number;
  /** The run that has been come to, and the number of its first pixel. */
  #at: number;
  #pixel: number;

  constructor(spans: Spans, row: number, firstPixel: number, samplesPerPixel: number) {
    this.#columns = spans.columns;
    this.#at = spans.runsStart(row);
    this.#end = spans.runsEnd(row);
    this.#pixel = firstPixel;
    this.#samplesPerPixel = samplesPerPixel;
  }

  /** Index in `values` of a pixel's first band; -1 when the pixel is not among them. Columns must not go back. */
  indexOf(column: number): number {
    while (this.#at < this.#end && column >= (this.#columns[this.#at + 1] ?? 0)) {
      this.#pixel += (this.#columns[this.#at + 1] ?? 0) - (this.#columns[this.#at] ?? 0);
      this.#at += 2;
    }
    const start = this.#at < this.#end ? (this.#columns[this.#at] ?? 0) : Infinity;
    return column < start ? -1 : (this.#pixel + column - start) * this.#samplesPerPixel;
  }
}
