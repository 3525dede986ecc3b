import { type Axis, children, footprintEnd, footprintStart } from './overview.axis.ts';
import { intersectRuns, RowRuns, RunBuffer, type RunList, subtractRuns, uniteRuns } from './run.lists.ts';
import { type Spans, SpansBuilder } from './spans.ts';

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
  const touched = new SpansBuilder(from, Math.max(0, endRow - from), finer.touched.entries / rows.factor);
  const pure = new SpansBuilder(from, Math.max(0, endRow - from), finer.pure.entries / rows.factor);
  const rowMaker = new RowCoarsener(finer, columns, rows, kernel);
  const common = new RunBuffer();
  for (let row = from; row < endRow; row++) {
    const runs = rowMaker.touched(row);
    touched.pushAll(runs);
    touched.endRow();
    intersectRuns(runs, rowMaker.pure(row), common);
    pure.pushAll(common);
    pure.endRow();
  }
  return { touched: touched.finish(), pure: pure.finish() };
}

/** Works out the runs of overview rows; what it returns holds until it is asked for the next row. */
class RowCoarsener {
  readonly #columns: Axis;
  readonly #rows: Axis;
  readonly #kernel: Kernel;
  readonly #touched: RowRuns;
  readonly #pure: RowRuns;
  readonly #parents = new RunBuffer();
  readonly #fitting = new RunBuffer();
  // Each of these takes turns with its partner: one is read while the other is filled.
  #united = new RunBuffer();
  #unitedNext = new RunBuffer();
  #common = new RunBuffer();
  #commonNext = new RunBuffer();

  constructor(finer: Coverage, columns: Axis, rows: Axis, kernel: Kernel) {
    this.#columns = columns;
    this.#rows = rows;
    this.#kernel = kernel;
    this.#touched = new RowRuns(finer.touched);
    this.#pure = new RowRuns(finer.pure);
  }

  touched(row: number): RunList {
    const [start, end] = children(this.#rows, row);
    if (this.#kernel.method === 'nearest') {
      sampledColumns(this.#touched.at(start), this.#columns, this.#parents);
      return this.#parents;
    }
    this.#united.clear();
    for (let finerRow = start; finerRow < end; finerRow++) {
      parentColumns(this.#touched.at(finerRow), this.#columns, this.#parents);
      uniteRuns(this.#united, this.#parents, this.#unitedNext);
      [this.#united, this.#unitedNext] = [this.#unitedNext, this.#united];
    }
    return this.#united;
  }

  /** Overview columns whose whole footprint is pure. */
  pure(row: number): RunList {
    const { reachPixels } = this.#kernel;
    this.#fitting.clear();
    if (reachPixels === Infinity) return this.#fitting;
    const start = footprintStart(this.#rows, row, reachPixels);
    const end = footprintEnd(this.#rows, row, reachPixels);
    this.#common.clear();
    uniteRuns(this.#common, this.#pure.at(start), this.#commonNext);
    for (let finerRow = start + 1; finerRow < end && this.#commonNext.end > 0; finerRow++) {
      [this.#common, this.#commonNext] = [this.#commonNext, this.#common];
      intersectRuns(this.#common, this.#pure.at(finerRow), this.#commonNext);
    }
    fittingColumns(this.#commonNext, this.#columns, reachPixels, this.#fitting);
    return this.#fitting;
  }
}

/** Overview columns that have a child in the runs. */
function parentColumns({ columns, first, end }: RunList, { factor, size }: Axis, out: RunBuffer): void {
  out.clear();
  for (let at = first; at < end; at += 2) {
    const start = Math.min(size - 1, Math.floor((columns[at] ?? 0) / factor));
    out.push(start, Math.max(Math.min(size, Math.ceil((columns[at + 1] ?? 0) / factor)), start + 1));
  }
}

/** Overview columns whose first child, the one that nearest resampling takes, is in the runs. */
function sampledColumns({ columns, first, end }: RunList, { factor, size }: Axis, out: RunBuffer): void {
  out.clear();
  for (let at = first; at < end; at += 2) {
    out.push(Math.ceil((columns[at] ?? 0) / factor), Math.min(size, Math.ceil((columns[at + 1] ?? 0) / factor)));
  }
}

/** Overview columns whose whole footprint lies in one of the runs. */
function fittingColumns(runs: RunList, axis: Axis, reachPixels: number, out: RunBuffer): void {
  for (let at = runs.first; at < runs.end; at += 2) {
    const runStart = runs.columns[at] ?? 0;
    const runEnd = runs.columns[at + 1] ?? 0;
    // First guesses by the ratio, moved until the footprints fit exactly.
    let start = Math.max(0, Math.floor((runStart / axis.finerSize) * axis.size) - 1);
    while (start < axis.size && footprintStart(axis, start, reachPixels) < runStart) start++;
    let end = Math.min(axis.size, Math.ceil((runEnd / axis.finerSize) * axis.size) + 1);
    while (end > start && footprintEnd(axis, end - 1, reachPixels) > runEnd) end--;
    out.push(start, end);
  }
}

/** Pixels of an overview that have to be made anew. */
export function remade(coverage: Coverage): Spans {
  const { touched, pure } = coverage;
  const builder = new SpansBuilder(touched.firstRow, touched.endRow - touched.firstRow);
  const [touchedRuns, pureRuns, rest] = [new RowRuns(touched), new RowRuns(pure), new RunBuffer()];
  for (let row = touched.firstRow; row < touched.endRow; row++) {
    subtractRuns(touchedRuns.at(row), pureRuns.at(row), rest);
    builder.pushAll(rest);
    builder.endRow();
  }
  return builder.finish();
}

/** Touched pixels of the finer level that the remade pixels of an overview are made of. */
export function ingredients(remadePixels: Spans, finer: Spans, columns: Axis, rows: Axis): Spans {
  const builder = new SpansBuilder(finer.firstRow, finer.endRow - finer.firstRow, remadePixels.entries * rows.factor);
  const [remadeRuns, finerRuns] = [new RowRuns(remadePixels), new RowRuns(finer)];
  const [needed, common] = [new RunBuffer(), new RunBuffer()];
  for (let row = finer.firstRow; row < finer.endRow; row++) {
    childColumns(remadeRuns.at(Math.min(rows.size - 1, Math.floor(row / rows.factor))), columns, needed);
    intersectRuns(finerRuns.at(row), needed, common);
    builder.pushAll(common);
    builder.endRow();
  }
  return builder.finish();
}

function childColumns(runs: RunList, axis: Axis, out: RunBuffer): void {
  out.clear();
  for (let at = runs.first; at < runs.end; at += 2) {
    out.push(children(axis, runs.columns[at] ?? 0)[0], children(axis, (runs.columns[at + 1] ?? 0) - 1)[1]);
  }
}
