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

/**
 * The pixels whose centre lies inside the rings (even-odd). A pixel belongs to exactly one of two boundaries that
 * share a line: edges are half-open in y, and a centre on the line belongs to what lies west of it. This is the rule
 * of `gdal_rasterize`.
 * @throws {Problem} `invalid-boundary` when the rings cross too many pixel rows to be held.
 */
export function rasterise(rings: PixelRings, width: number, height: number): Spans {
  const { firstRow, counts } = countCrossings(rings, height);
  const starts = new Uint32Array(counts.length + 1);
  counts.forEach((count, index) => {
    starts[index + 1] = (starts[index] ?? 0) + count;
  });
  const columns = new Int32Array(starts.at(-1) ?? 0);
  const next = starts.slice(0, -1);
  forEachEdge(rings, height, (x0, y0, x1, y1, first, end) => {
    for (let row = first; row < end; row++) {
      const column = Math.floor(crossingX(x0, y0, x1, y1, row + 0.5) + 0.5);
      const at = next[row - firstRow] ?? 0;
      columns[at] = column < 0 ? 0 : column > width ? width : column;
      next[row - firstRow] = at + 1;
    }
  });
  return pairUp(firstRow, starts, columns);
}

function countCrossings(rings: PixelRings, height: number): { firstRow: number; counts: Uint32Array } {
  let [firstRow, endRow, total] = [height, 0, 0];
  forEachEdge(rings, height, (_x0, _y0, _x1, _y1, first, end) => {
    firstRow = Math.min(firstRow, first);
    endRow = Math.max(endRow, end);
    total += end - first;
  });
  const rows = Math.max(0, endRow - firstRow);
  if (Math.max(rows, total) > CROSSINGS_MAX) {
    throw new Problem(
      'invalid-boundary',
      `The boundary spans ${rows} rows of pixels and crosses rows ${total} times; at most ${CROSSINGS_MAX} of either ` +
        'are supported on one raster. Simplify it.',
    );
  }
  const counts = new Uint32Array(rows);
  forEachEdge(rings, height, (_x0, _y0, _x1, _y1, first, end) => {
    for (let row = first; row < end; row++) counts[row - firstRow] = (counts[row - firstRow] ?? 0) + 1;
  });
  return { firstRow, counts };
}

type EdgeVisitor = (x0: number, y0: number, x1: number, y1: number, firstRow: number, endRow: number) => void;

/** Visits every edge that crosses the centre of a row, with the rows it crosses. */
function forEachEdge({ coordinates, ringStarts }: PixelRings, height: number, visit: EdgeVisitor): void {
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    const end = (ringStarts[ring + 1] ?? 0) - 1;
    for (let vertex = ringStarts[ring] ?? 0; vertex < end; vertex++) {
      const x0 = coordinates[vertex * 2] ?? Number.NaN;
      const y0 = coordinates[vertex * 2 + 1] ?? Number.NaN;
      const x1 = coordinates[vertex * 2 + 2] ?? Number.NaN;
      const y1 = coordinates[vertex * 2 + 3] ?? Number.NaN;
      const first = Math.max(0, rowFrom(Math.min(y0, y1)));
      const last = Math.min(height, rowFrom(Math.max(y0, y1)));
      if (first < last) visit(x0, y0, x1, y1, first, last);
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
    const crossings = columns.subarray(crossingsStart, crossingsEnd).sort();
    const rowStart = length;
    for (let at = 0; at + 1 < crossings.length; at += 2) {
      const start = crossings[at] ?? 0;
      const end = crossings[at + 1] ?? 0;
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
