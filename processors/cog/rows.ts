import { Problem } from '../../cache/problem.ts';
import { crossingX } from '../boundary/edge.ts';
import { Spans } from './spans.ts';

/** Rings in pixel coordinates: x eastwards from the left border, y southwards from the top, closed. */
export interface PixelRings {
  /** x0, y0, x1, y1, … */
  readonly coordinates: Float64Array;
  /** First vertex of each ring, and the vertex count at the end. */
  readonly ringStarts: Uint32Array;
}

/** Bounds the memory of one boundary on one grid to 160 MB. A real coast at 1″ stays far below. */
const CROSSINGS_MAX = 40_000_000;
/** So many values are sorted sooner by insertion than a view of them is made. */
const INSERTED_MAX = 16;

/**
 * The pixels whose centre lies inside the rings (even-odd). A pixel belongs to exactly one of two boundaries that
 * share a line: edges are half-open in y, and a centre on the line belongs to what lies west of it. This is the rule
 * of `gdal_rasterize`.
 * @throws {Problem} `invalid-boundary` when the rings cross too many pixel rows to be held.
 */
export function rasterise(rings: PixelRings, width: number, height: number): Spans {
  const { firstRow, starts } = countCrossings(rings, height);
  const columns = new Int32Array(starts.at(-1) ?? 0);
  const next = starts.slice(0, -1);
  for (const edge = new CrossingEdges(rings, height); edge.next();) {
    for (let row = edge.firstRow; row < edge.endRow; row++) {
      const column = Math.floor(crossingX(edge.x0, edge.y0, edge.x1, edge.y1, row + 0.5) + 0.5);
      const at = next[row - firstRow] ?? 0;
      columns[at] = column < 0 ? 0 : column > width ? width : column;
      next[row - firstRow] = at + 1;
    }
  }
  return pairUp(firstRow, starts, columns);
}

/** Rows that the rings may cross, and for each the number of crossings in those before it; at the end, in all. */
function countCrossings(rings: PixelRings, height: number): { firstRow: number; starts: Uint32Array } {
  const { firstRow, endRow } = rowsOf(rings, height);
  const rows = Math.max(0, endRow - firstRow);
  if (rows > CROSSINGS_MAX) throw tooMany(`spans ${rows} rows of pixels`);
  // At first how many more crossings a row has than the one before.
  const starts = new Int32Array(rows + 1);
  let total = 0;
  for (const edge = new CrossingEdges(rings, height); edge.next();) {
    total += edge.endRow - edge.firstRow;
    const [first, end] = [edge.firstRow - firstRow, edge.endRow - firstRow];
    starts[first] = (starts[first] ?? 0) + 1;
    starts[end] = (starts[end] ?? 0) - 1;
  }
  if (total > CROSSINGS_MAX) throw tooMany(`crosses rows ${total} times`);
  let [crossings, before] = [0, 0];
  for (let row = 0; row <= rows; row++) {
    crossings += starts[row] ?? 0;
    starts[row] = before;
    before += crossings;
  }
  return { firstRow, starts: new Uint32Array(starts.buffer) };
}

function tooMany(what: string): Problem {
  return new Problem(
    'invalid-boundary',
    `The boundary ${what}; at most ${CROSSINGS_MAX} are supported on one raster. Simplify it.`,
  );
}

/** Rows that lie between the northernmost and the southernmost vertex. */
function rowsOf({ coordinates }: PixelRings, height: number): { firstRow: number; endRow: number } {
  let [minY, maxY] = [Infinity, -Infinity];
  for (let at = 1; at < coordinates.length; at += 2) {
    const y = coordinates[at] ?? 0;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
  }
  return { firstRow: Math.min(height, Math.max(0, rowFrom(minY))), endRow: Math.min(height, rowFrom(maxY)) };
}

/** Goes through the edges that cross the centre of a row, with the rows they cross. */
class CrossingEdges {
  readonly #coordinates: Float64Array;
  readonly #ringStarts: Uint32Array;
  readonly #height: number;
  #ring = -1;
  #vertex = 0;
  /** The ring's last vertex, which is its first again. */
  #last = 0;
  x0 = 0;
  y0 = 0;
  x1 = 0;
  y1 = 0;
  firstRow = 0;
  endRow = 0;

  constructor({ coordinates, ringStarts }: PixelRings, height: number) {
    this.#coordinates = coordinates;
    this.#ringStarts = ringStarts;
    this.#height = height;
  }

  /** Goes on to the next one; false at the end. */
  next(): boolean {
    for (;;) {
      while (this.#vertex >= this.#last) {
        if (++this.#ring + 1 >= this.#ringStarts.length) return false;
        this.#vertex = this.#ringStarts[this.#ring] ?? 0;
        this.#last = (this.#ringStarts[this.#ring + 1] ?? 0) - 1;
      }
      const at = 2 * this.#vertex++;
      const y0 = this.#coordinates[at + 1] ?? Number.NaN;
      const y1 = this.#coordinates[at + 3] ?? Number.NaN;
      this.firstRow = Math.max(0, rowFrom(Math.min(y0, y1)));
      this.endRow = Math.min(this.#height, rowFrom(Math.max(y0, y1)));
      if (this.firstRow >= this.endRow) continue;
      this.x0 = this.#coordinates[at] ?? Number.NaN;
      this.y0 = y0;
      this.x1 = this.#coordinates[at + 2] ?? Number.NaN;
      this.y1 = y1;
      return true;
    }
  }
}

/** The first row whose centre lies at or below y. */
function rowFrom(y: number): number {
  return Math.ceil(y - 0.5);
}

/** Puts the runs of each row where its crossings were; runs are never more. */
function pairUp(firstRow: number, starts: Uint32Array, columns: Int32Array): Spans {
  let length = 0;
  let crossingsStart = 0;
  for (let row = 0; row + 1 < starts.length; row++) {
    const crossingsEnd = starts[row + 1] ?? 0;
    sortSome(columns, crossingsStart, crossingsEnd);
    const rowStart = length;
    for (let at = crossingsStart; at + 1 < crossingsEnd; at += 2) {
      const start = columns[at] ?? 0;
      const end = columns[at + 1] ?? 0;
      if (start >= end) continue;
      if (length > rowStart && columns[length - 1] === start) columns[length - 1] = end;
      else {
        columns[length++] = start;
        columns[length++] = end;
      }
    }
    crossingsStart = crossingsEnd;
    starts[row + 1] = length;
  }
  return new Spans(firstRow, starts, columns.subarray(0, length));
}

/** Sorts the values from `first` to before `end`. */
function sortSome(values: Int32Array, first: number, end: number): void {
  if (end - first > INSERTED_MAX) {
    values.subarray(first, end).sort();
    return;
  }
  for (let sorted = first + 1; sorted < end; sorted++) {
    const value = values[sorted] ?? 0;
    let at = sorted;
    for (; at > first && (values[at - 1] ?? 0) > value; at--) values[at] = values[at - 1] ?? 0;
    values[at] = value;
  }
}
