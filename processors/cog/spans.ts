import { releaseMemory } from '../memory.release.ts';
import type { RunList } from './run.lists.ts';

/** Pixels of a grid as runs of columns by row. */
export class Spans {
  readonly firstRow: number;
  readonly #rowStarts: Uint32Array;
  readonly #columns: Int32Array;

  /**
   * @param rowStarts for each row the index of its first entry in `columns`, and the end
   * @param columns run starts and ends in turn
   */
  constructor(firstRow: number, rowStarts: Uint32Array, columns: Int32Array) {
    this.firstRow = firstRow;
    this.#rowStarts = rowStarts;
    this.#columns = columns;
  }

  /** Row after the last. */
  get endRow(): number {
    return this.firstRow + this.#rowStarts.length - 1;
  }

  /** Whether there is no pixel. */
  get isEmpty(): boolean {
    return this.#rowStarts[0] === this.#rowStarts.at(-1);
  }

  /** Starts and ends of all runs. */
  get entries(): number {
    return (this.#rowStarts.at(-1) ?? 0) - (this.#rowStarts[0] ?? 0);
  }

  /** Memory that they take where they share none. */
  get sizeBytes(): number {
    return this.#rowStarts.byteLength + this.#columns.byteLength;
  }

  /** Runs of all rows; {@link runsStart} and {@link runsEnd} say which of them are those of a row. */
  get columns(): Int32Array {
    return this.#columns;
  }

  /** Index of a row's first entry in `columns`. Loops over pixels use these: views of rows would be much garbage. */
  runsStart(row: number): number {
    const index = row - this.firstRow;
    return index < 0 || index + 1 >= this.#rowStarts.length ? 0 : (this.#rowStarts[index] ?? 0);
  }

  /** Index after a row's last entry in `columns`; that of the first for rows outside. */
  runsEnd(row: number): number {
    const index = row - this.firstRow;
    return index < 0 || index + 1 >= this.#rowStarts.length ? 0 : (this.#rowStarts[index + 1] ?? 0);
  }

  /** Runs of one row; empty for rows outside. */
  runs(row: number): Int32Array {
    return this.#columns.subarray(this.runsStart(row), this.runsEnd(row));
  }

  /** Those of some rows; shares memory. */
  between(firstRow: number, endRow: number): Spans {
    const first = Math.max(this.firstRow, Math.min(firstRow, this.endRow));
    const end = Math.max(first, Math.min(endRow, this.endRow));
    return new Spans(first, this.#rowStarts.subarray(first - this.firstRow, end - this.firstRow + 1), this.#columns);
  }

  /** Whether any of the pixels lies in a box. */
  meets(firstColumn: number, firstRow: number, endColumn: number, endRow: number): boolean {
    for (let row = Math.max(firstRow, this.firstRow); row < Math.min(endRow, this.endRow); row++) {
      const end = this.runsEnd(row);
      for (let at = this.runsStart(row); at < end && (this.#columns[at] ?? 0) < endColumn; at += 2) {
        if ((this.#columns[at + 1] ?? 0) > firstColumn) return true;
      }
    }
    return false;
  }

  /** Smallest box that holds all pixels, ends exclusive; null when there are none. */
  bounds(): { minColumn: number; minRow: number; endColumn: number; endRow: number } | null {
    let [minColumn, minRow, endColumn, endRow] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let row = this.firstRow; row < this.endRow; row++) {
      const [first, end] = [this.runsStart(row), this.runsEnd(row)];
      if (first === end) continue;
      minColumn = Math.min(minColumn, this.#columns[first] ?? Infinity);
      endColumn = Math.max(endColumn, this.#columns[end - 1] ?? -Infinity);
      minRow = Math.min(minRow, row);
      endRow = row + 1;
    }
    return endRow === -Infinity ? null : { minColumn, minRow, endColumn, endRow };
  }

  /** Gives the memory back; nothing else may share it, and there is no pixel afterwards. */
  release(): void {
    releaseMemory(this.#rowStarts);
    releaseMemory(this.#columns);
  }

  /** How many pixels there are in a row. */
  countRow(row: number): number {
    let count = 0;
    for (let at = this.runsStart(row), end = this.runsEnd(row); at < end; at += 2) {
      count += (this.#columns[at + 1] ?? 0) - (this.#columns[at] ?? 0);
    }
    return count;
  }

  /** How many pixels there are. */
  count(): number {
    let count = 0;
    const end = this.#rowStarts.at(-1) ?? 0;
    for (let at = this.#rowStarts[0] ?? 0; at + 1 < end; at += 2) {
      count += (this.#columns[at + 1] ?? 0) - (this.#columns[at] ?? 0);
    }
    return count;
  }
}

/** {@link Spans.bounds} of pixels that are known to be some. */
export function boundsOf(spans: Spans): NonNullable<ReturnType<Spans['bounds']>> {
  const bounds = spans.bounds();
  if (bounds === null) throw new Error('There are no pixels.');
  return bounds;
}

const COLUMNS_MIN = 64;
/** Room for more than was thought, which is dearer when it has to be made later. */
const ROOM = 1.1;
const GROWTH = 1.5;
/** What is so much larger than it need be is copied to its size when it is finished. */
const SLACK = 1.25;

/** Builds {@link Spans} row by row. */
export class SpansBuilder {
  readonly #firstRow: number;
  readonly #rowStarts: Uint32Array;
  #row = 0;
  #columns: Int32Array;
  #length = 0;

  /** @param columns how many entries there will be, about */
  constructor(firstRow: number, rowCount: number, columns = 1024) {
    this.#firstRow = firstRow;
    this.#rowStarts = new Uint32Array(rowCount + 1);
    this.#columns = new Int32Array(Math.max(COLUMNS_MIN, Math.ceil(columns * ROOM)));
  }

  /** Appends a run to the current row; joins it to the one before when they meet, skips it when it is empty. */
  push(start: number, end: number): void {
    if (start >= end) return;
    const rowStart = this.#rowStarts[this.#row] ?? 0;
    if (this.#length > rowStart && (this.#columns[this.#length - 1] ?? -1) >= start) {
      this.#columns[this.#length - 1] = Math.max(end, this.#columns[this.#length - 1] ?? 0);
      return;
    }
    if (this.#length + 2 > this.#columns.length) {
      const larger = new Int32Array(Math.ceil(this.#columns.length * GROWTH));
      larger.set(this.#columns);
      releaseMemory(this.#columns);
      this.#columns = larger;
    }
    this.#columns[this.#length++] = start;
    this.#columns[this.#length++] = end;
  }

  /** Appends runs to the current row. */
  pushAll({ columns, first, end }: RunList): void {
    for (let at = first; at < end; at += 2) this.push(columns[at] ?? 0, columns[at + 1] ?? 0);
  }

  endRow(): void {
    this.#rowStarts[++this.#row] = this.#length;
  }

  finish(): Spans {
    while (this.#row + 1 < this.#rowStarts.length) this.endRow();
    if (this.#length === 0) return new Spans(this.#firstRow, new Uint32Array(1), new Int32Array(0));
    if (this.#length * SLACK > this.#columns.length) {
      return new Spans(this.#firstRow, this.#rowStarts, this.#columns.subarray(0, this.#length));
    }
    const columns = this.#columns.slice(0, this.#length);
    releaseMemory(this.#columns);
    return new Spans(this.#firstRow, this.#rowStarts, columns);
  }
}
