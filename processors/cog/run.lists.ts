import type { Spans } from './spans.ts';

/**
 * Sorted, disjoint column runs of one row, as entries of an array: start, end (exclusive), start, end, … from `first`
 * to before `end`.
 */
export interface RunList {
  readonly columns: Int32Array;
  readonly first: number;
  readonly end: number;
}

const ENTRIES_AT_FIRST = 64;

/** Runs that are worked out row by row: the memory is used anew, since fresh arrays for each row would be garbage. */
export class RunBuffer implements RunList {
  readonly first = 0;
  #columns = new Int32Array(ENTRIES_AT_FIRST);
  #end = 0;

  get columns(): Int32Array {
    return this.#columns;
  }

  get end(): number {
    return this.#end;
  }

  clear(): void {
    this.#end = 0;
  }

  /** Appends a run; starts must not go back. It is joined to the one before when they meet; empty ones are left out. */
  push(start: number, end: number): void {
    if (start >= end) return;
    const last = this.#end - 1;
    if (last > 0 && (this.#columns[last] ?? 0) >= start) {
      this.#columns[last] = Math.max(end, this.#columns[last] ?? 0);
      return;
    }
    if (this.#end === this.#columns.length) {
      const larger = new Int32Array(this.#columns.length * 2);
      larger.set(this.#columns);
      this.#columns = larger;
    }
    this.#columns[this.#end++] = start;
    this.#columns[this.#end++] = end;
  }
}

/** Runs of one row after another. */
export class RowRuns implements RunList {
  readonly #spans: Spans;
  readonly columns: Int32Array;
  first = 0;
  end = 0;

  constructor(spans: Spans) {
    this.#spans = spans;
    this.columns = spans.columns;
  }

  /** Itself, at another row. */
  at(row: number): this {
    this.first = this.#spans.runsStart(row);
    this.end = this.#spans.runsEnd(row);
    return this;
  }
}

/** Columns in both. */
export function intersectRuns(a: RunList, b: RunList, out: RunBuffer): void {
  out.clear();
  for (let i = a.first, j = b.first; i < a.end && j < b.end;) {
    const endA = a.columns[i + 1] ?? 0;
    const endB = b.columns[j + 1] ?? 0;
    out.push(Math.max(a.columns[i] ?? 0, b.columns[j] ?? 0), Math.min(endA, endB));
    if (endA <= endB) i += 2;
    else j += 2;
  }
}

/** Columns of `a` that are not in `b`. */
export function subtractRuns(a: RunList, b: RunList, out: RunBuffer): void {
  out.clear();
  for (let i = a.first, j = b.first; i < a.end; i += 2) {
    let start = a.columns[i] ?? 0;
    const end = a.columns[i + 1] ?? 0;
    while (j < b.end && (b.columns[j + 1] ?? 0) <= start) j += 2;
    for (let k = j; k < b.end && (b.columns[k] ?? 0) < end; k += 2) {
      out.push(start, b.columns[k] ?? 0);
      start = b.columns[k + 1] ?? 0;
    }
    out.push(start, end);
  }
}

/** Columns in either. */
export function uniteRuns(a: RunList, b: RunList, out: RunBuffer): void {
  out.clear();
  for (let i = a.first, j = b.first; i < a.end || j < b.end;) {
    if (j >= b.end || (i < a.end && (a.columns[i] ?? 0) <= (b.columns[j] ?? 0))) {
      out.push(a.columns[i] ?? 0, a.columns[i + 1] ?? 0);
      i += 2;
    } else {
      out.push(b.columns[j] ?? 0, b.columns[j + 1] ?? 0);
      j += 2;
    }
  }
}
