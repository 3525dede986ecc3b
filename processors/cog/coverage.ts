import { type Axis, children, footprint } from './overview.axis.ts';
import { intersectRuns, type Runs, type Spans, SpansBuilder, subtractRuns, uniteRuns } from './spans.ts';

/** How overview pixels are made of finer ones. */
export interface Kernel {
  readonly method: 'average' | 'nearest' | 'mode';
  /**
   * How far the source's own resampling may reach beyond a pixel's own area, in pixels of the overview. Infinite when
   * no overview pixel of the source can be used.
   */
  readonly reachPixels: number;
}

/** Pixels of one level. */
export interface Coverage {
  /** Pixels that hold data in the clip, as far as the source has some. */
  readonly touched: Spans;
  /** Pixels whose value in the source comes wholly from inside: copied. The other touched ones are made anew. */
  readonly pure: Spans;
}

/** Coverage of an overview from that of the next finer level. */
export function coarsen(finer: Coverage, columns: Axis, rows: Axis, kernel: Kernel): Coverage {
  const firstRow = Math.min(rows.size, Math.floor(finer.touched.firstRow / rows.factor));
  const endRow = Math.min(rows.size, Math.ceil(finer.touched.endRow / rows.factor));
  const from = Math.max(0, Math.min(firstRow, rows.size - 1));
  const touched = new SpansBuilder(from, Math.max(0, endRow - from));
  const pure = new SpansBuilder(from, Math.max(0, endRow - from));
  for (let row = from; row < endRow; row++) {
    const runs = touchedRuns(finer.touched, columns, rows, row, kernel);
    pushAll(touched, runs);
    pushAll(pure, intersectRuns(runs, pureRuns(finer.pure, columns, rows, row, kernel.reachPixels)));
  }
  return { touched: touched.finish(), pure: pure.finish() };
}

function touchedRuns(finer: Spans, columns: Axis, rows: Axis, row: number, kernel: Kernel): number[] {
  const [start, end] = children(rows, row);
  if (kernel.method === 'nearest') return sampledColumns(finer.runs(start), columns);
  return uniteRuns(
    Array.from({ length: end - start }, (_, index) => parentColumns(finer.runs(start + index), columns)),
  );
}

/** Overview columns that have a child in the runs. */
function parentColumns(runs: Runs, { factor, size }: Axis): number[] {
  const out: number[] = [];
  for (let at = 0; at + 1 < runs.length; at += 2) {
    const start = Math.min(size - 1, Math.floor((runs[at] ?? 0) / factor));
    const end = Math.min(size, Math.ceil((runs[at + 1] ?? 0) / factor));
    out.push(start, Math.max(end, start + 1));
  }
  return mergeSorted(out);
}

/** Overview columns whose first child, the one that nearest resampling takes, is in the runs. */
function sampledColumns(runs: Runs, { factor, size }: Axis): number[] {
  const out: number[] = [];
  for (let at = 0; at + 1 < runs.length; at += 2) {
    const start = Math.ceil((runs[at] ?? 0) / factor);
    const end = Math.min(size, Math.ceil((runs[at + 1] ?? 0) / factor));
    if (start < end) out.push(start, end);
  }
  return mergeSorted(out);
}

function mergeSorted(runs: readonly number[]): number[] {
  const out: number[] = [];
  for (let at = 0; at + 1 < runs.length; at += 2) {
    const start = runs[at] ?? 0;
    const end = runs[at + 1] ?? 0;
    if (out.length > 0 && (out.at(-1) ?? 0) >= start) out[out.length - 1] = Math.max(out.at(-1) ?? 0, end);
    else out.push(start, end);
  }
  return out;
}

/** Overview columns whose whole footprint is pure. */
function pureRuns(finer: Spans, columns: Axis, rows: Axis, row: number, reachPixels: number): number[] {
  if (reachPixels === Infinity) return [];
  const [start, end] = footprint(rows, row, reachPixels);
  let common: Runs = finer.runs(start);
  for (let finerRow = start + 1; finerRow < end && common.length > 0; finerRow++) {
    common = intersectRuns(common, finer.runs(finerRow));
  }
  const out: number[] = [];
  for (let at = 0; at + 1 < common.length; at += 2) {
    const runStart = common[at] ?? 0;
    const runEnd = common[at + 1] ?? 0;
    // First guesses by the ratio, moved until the footprints fit exactly.
    let first = Math.max(0, Math.floor((runStart / columns.finerSize) * columns.size) - 1);
    while (first < columns.size && footprint(columns, first, reachPixels)[0] < runStart) first++;
    let last = Math.min(columns.size, Math.ceil((runEnd / columns.finerSize) * columns.size) + 1);
    while (last > first && footprint(columns, last - 1, reachPixels)[1] > runEnd) last--;
    if (first < last) out.push(first, last);
  }
  return out;
}

/** Pixels of an overview that have to be made anew. */
export function remade(coverage: Coverage): Spans {
  const { touched, pure } = coverage;
  const builder = new SpansBuilder(touched.firstRow, touched.endRow - touched.firstRow);
  for (let row = touched.firstRow; row < touched.endRow; row++) {
    pushAll(builder, subtractRuns(touched.runs(row), pure.runs(row)));
  }
  return builder.finish();
}

/** Touched pixels of the finer level that the remade pixels of an overview are made of. */
export function ingredients(remadePixels: Spans, finer: Spans, columns: Axis, rows: Axis): Spans {
  const builder = new SpansBuilder(finer.firstRow, finer.endRow - finer.firstRow);
  for (let row = finer.firstRow; row < finer.endRow; row++) {
    const parent = Math.min(rows.size - 1, Math.floor(row / rows.factor));
    const runs = remadePixels.runs(parent);
    const needed: number[] = [];
    for (let at = 0; at + 1 < runs.length; at += 2) {
      needed.push(children(columns, runs[at] ?? 0)[0], children(columns, (runs[at + 1] ?? 0) - 1)[1]);
    }
    pushAll(builder, intersectRuns(finer.runs(row), needed));
  }
  return builder.finish();
}

function pushAll(builder: SpansBuilder, runs: Runs): void {
  for (let at = 0; at + 1 < runs.length; at += 2) builder.push(runs[at] ?? 0, runs[at + 1] ?? 0);
  builder.endRow();
}
