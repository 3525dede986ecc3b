import { releaseMemory } from './memory.release.ts';
import { allocateSamples, samplesOf, type SampleArray, type SampleLayout } from './samples.ts';
import type { Spans } from './spans.ts';

/** Values of some pixels of a level: those that the next overview is made of. */
export class SparsePixels {
  readonly #spans: Spans;
  readonly #samplesPerPixel: number;
  /** Number of the first pixel of each row. */
  readonly #rowStarts: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #bytesPerPixel: number;
  /** All bands of a pixel lie together. */
  readonly values: SampleArray;

  constructor(spans: Spans, layout: SampleLayout) {
    this.#spans = spans;
    this.#samplesPerPixel = layout.samplesPerPixel;
    this.#bytesPerPixel = layout.bytesPerPixel;
    this.#rowStarts = new Uint32Array(spans.endRow - spans.firstRow + 1);
    for (let row = spans.firstRow; row < spans.endRow; row++) {
      const index = row - spans.firstRow;
      this.#rowStarts[index + 1] = (this.#rowStarts[index] ?? 0) + lengthOf(spans.runs(row));
    }
    this.#bytes = allocateSamples((this.#rowStarts.at(-1) ?? 0) * layout.bytesPerPixel);
    this.values = samplesOf(layout, this.#bytes);
  }

  /** Takes over the pixels of a decoded tile whose first pixel lies at the given place of the level. */
  take(tile: Uint8Array, tileWidth: number, tileHeight: number, firstColumn: number, firstRow: number): void {
    for (let row = firstRow; row < firstRow + tileHeight; row++) {
      const runs = this.#spans.runs(row);
      let pixel = this.#rowStarts[row - this.#spans.firstRow] ?? 0;
      for (let at = 0; at + 1 < runs.length; at += 2) {
        const runStart = runs[at] ?? 0;
        const runEnd = runs[at + 1] ?? 0;
        const start = Math.max(runStart, firstColumn);
        const end = Math.min(runEnd, firstColumn + tileWidth);
        if (start < end) {
          const from = ((row - firstRow) * tileWidth + start - firstColumn) * this.#bytesPerPixel;
          const part = tile.subarray(from, from + (end - start) * this.#bytesPerPixel);
          this.#bytes.set(part, (pixel + start - runStart) * this.#bytesPerPixel);
        }
        pixel += runEnd - runStart;
      }
    }
  }

  /** Gives the memory of the values back; they are gone afterwards. */
  release(): void {
    releaseMemory(this.#bytes);
  }

  /** Where the pixels of one row lie in `values`. */
  row(row: number): SparseRow {
    return new SparseRow(
      this.#spans.runs(row),
      this.#rowStarts[row - this.#spans.firstRow] ?? 0,
      this.#samplesPerPixel,
    );
  }
}

/** Finds pixels of one row that are asked for from west to east. */
export class SparseRow {
  readonly #runs: Int32Array;
  readonly #samplesPerPixel: number;
  /** The run that has been come to, and the number of its first pixel. */
  #at = 0;
  #pixel: number;

  constructor(runs: Int32Array, firstPixel: number, samplesPerPixel: number) {
    this.#runs = runs;
    this.#pixel = firstPixel;
    this.#samplesPerPixel = samplesPerPixel;
  }

  /** Index in `values` of a pixel's first band; -1 when the pixel is not among them. Columns must not go back. */
  indexOf(column: number): number {
    while (column >= (this.#runs[this.#at + 1] ?? Infinity)) {
      this.#pixel += (this.#runs[this.#at + 1] ?? 0) - (this.#runs[this.#at] ?? 0);
      this.#at += 2;
    }
    const start = this.#runs[this.#at] ?? Infinity;
    return column < start ? -1 : (this.#pixel + column - start) * this.#samplesPerPixel;
  }
}

function lengthOf(runs: ArrayLike<number>): number {
  let length = 0;
  for (let at = 0; at + 1 < runs.length; at += 2) length += (runs[at + 1] ?? 0) - (runs[at] ?? 0);
  return length;
}
