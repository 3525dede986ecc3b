/** Sorted, disjoint, non-adjacent column runs of one row: start, end (exclusive), start, end, … */
export type Runs = ArrayLike<number>;

const NO_RUNS = new Int32Array(0);

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

  /** Runs of one row; empty for rows outside. */
  runs(row: number): Int32Array {
    const index = row - this.firstRow;
    if (index < 0 || index + 1 >= this.#rowStarts.length) return NO_RUNS;
    return this.#columns.subarray(this.#rowStarts[index], this.#rowStarts[index + 1]);
  }

  /** The part of a row's runs within `[start, end)`. */
  runsWithin(row: number, start: number, end: number): number[] {
    const out: number[] = [];
    const index = row - this.firstRow;
    if (index < 0 || index + 1 >= this.#rowStarts.length) return out;
    const last = this.#rowStarts[index + 1] ?? 0;
    for (let at = this.#rowStarts[index] ?? 0; at < last; at += 2) {
      const runStart = this.#columns[at] ?? 0;
      if (runStart >= end) break;
      const runEnd = this.#columns[at + 1] ?? 0;
      if (runEnd > start) out.push(Math.max(runStart, start), Math.min(runEnd, end));
    }
    return out;
  }

  /** Those of some rows; shares memory. */
  between(firstRow: number, endRow: number): Spans {
    const first = Math.max(this.firstRow, Math.min(firstRow, this.endRow));
    const end = Math.max(first, Math.min(endRow, this.endRow));
    return new Spans(first, this.#rowStarts.subarray(first - this.firstRow, end - this.firstRow + 1), this.#columns);
  }

  /** Whether any of the pixels lies in a box. */
  meets(firstColumn: number, firstRow: number, endColumn: number, endRow: number): boolean {
    for (let row = firstRow; row < endRow; row++) {
      if (this.runsWithin(row, firstColumn, endColumn).length > 0) return true;
    }
    return false;
  }

  /** Smallest box that holds all pixels, ends exclusive; null when there are none. */
  bounds(): { minColumn: number; minRow: number; endColumn: number; endRow: number } | null {
    let [minColumn, minRow, endColumn, endRow] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let row = this.firstRow; row < this.endRow; row++) {
      const runs = this.runs(row);
      if (runs.length === 0) continue;
      minColumn = Math.min(minColumn, runs[0] ?? Infinity);
      endColumn = Math.max(endColumn, runs.at(-1) ?? -Infinity);
      minRow = Math.min(minRow, row);
      endRow = row + 1;
    }
    return endRow === -Infinity ? null : { minColumn, minRow, endColumn, endRow };
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

/** Builds {@link Spans} row by row. */
export class SpansBuilder {
  readonly #firstRow: number;
  readonly #rowStarts: Uint32Array;
  #row = 0;
  #columns = new Int32Array(1024);
  #length = 0;

  constructor(firstRow: number, rowCount: number) {
    this.#firstRow = firstRow;
    this.#rowStarts = new Uint32Array(rowCount + 1);
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
      const larger = new Int32Array(this.#columns.length * 2);
      larger.set(this.#columns);
      this.#columns = larger;
    }
    this.#columns[this.#length++] = start;
    this.#columns[this.#length++] = end;
  }

  endRow(): void {
    this.#rowStarts[++this.#row] = this.#length;
  }

  finish(): Spans {
    while (this.#row + 1 < this.#rowStarts.length) this.endRow();
    return new Spans(this.#firstRow, this.#rowStarts, this.#columns.slice(0, this.#length));
  }
}

/** Columns in both. */
export function intersectRuns(a: Runs, b: Runs): number[] {
  const out: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const endA = a[i + 1] ?? 0;
    const endB = b[j + 1] ?? 0;
    const start = Math.max(a[i] ?? 0, b[j] ?? 0);
    const end = Math.min(endA, endB);
    if (start < end) out.push(start, end);
    if (endA <= endB) i += 2;
    else j += 2;
  }
  return out;
}

/** Columns of `a` that are not in `b`. */
export function subtractRuns(a: Runs, b: Runs): number[] {
  const out: number[] = [];
  for (let i = 0, j = 0; i < a.length; i += 2) {
    let start = a[i] ?? 0;
    const end = a[i + 1] ?? 0;
    while (j < b.length && (b[j + 1] ?? 0) <= start) j += 2;
    for (let k = j; k < b.length && (b[k] ?? 0) < end; k += 2) {
      if ((b[k] ?? 0) > start) out.push(start, b[k] ?? 0);
      start = b[k + 1] ?? 0;
    }
    if (start < end) out.push(start, end);
  }
  return out;
}

/** Columns in any of several. */
export function uniteRuns(all: readonly Runs[]): number[] {
  return all.reduce<number[]>((united, runs) => uniteTwo(united, runs), []);
}

function uniteTwo(a: Runs, b: Runs): number[] {
  const out: number[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const isFromA = (a[i] ?? Infinity) <= (b[j] ?? Infinity);
    const start = (isFromA ? a[i] : b[j]) ?? 0;
    const end = (isFromA ? a[i + 1] : b[j + 1]) ?? 0;
    if (isFromA) i += 2;
    else j += 2;
    const before = out.at(-1) ?? -Infinity;
    if (before < start) out.push(start, end);
    else if (before < end) out[out.length - 1] = end;
  }
  return out;
}

/** The part of runs within `[start, end)`. */
export function clampRuns(runs: Runs, start: number, end: number): number[] {
  return intersectRuns(runs, [start, end]);
}
