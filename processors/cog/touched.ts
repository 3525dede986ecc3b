import { Problem } from '../../cache/problem.ts';
import { type PixelRings, rasterise } from './rows.ts';
import { type Spans, SpansBuilder } from './spans.ts';

/** Bounds the memory of one boundary on one grid to 160 MB. A real coast at 1″ stays far below. */
const MEETINGS_MAX = 20_000_000;

/**
 * The pixels that the boundary touches: those whose inside (the open square) meets the area or the line of the
 * rings. A pixel that merely shares a side or a corner with the outline is left out, so that a box along pixel
 * borders holds its own pixels only.
 * @throws {Problem} `invalid-boundary` when the rings meet too many pixel rows to be held.
 */
export function rasteriseTouched(rings: PixelRings, width: number, height: number): Spans {
  // A pixel that no line enters lies wholly inside or outside, and so does its centre.
  const inside = rasterise(rings, width, height);
  const line = meetings(rings, width, height);
  const firstRow = Math.min(inside.firstRow, line.firstRow);
  const endRow = Math.max(inside.endRow, line.firstRow + line.rowStarts.length - 1);
  const builder = new SpansBuilder(firstRow, Math.max(0, endRow - firstRow));
  for (let row = firstRow; row < endRow; row++) {
    pushUnion(builder, inside.runs(row), line, row - line.firstRow);
    builder.endRow();
  }
  return builder.finish();
}

/** Column runs that the line passes through, by row; those of one row overlap and are in no order. */
interface Meetings {
  readonly firstRow: number;
  readonly rowStarts: Uint32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

function meetings(rings: PixelRings, width: number, height: number): Meetings {
  let [firstRow, endRow, total] = [height, 0, 0];
  forEachMeeting(rings, width, height, (row) => {
    firstRow = Math.min(firstRow, row);
    endRow = Math.max(endRow, row + 1);
    total++;
    if (total > MEETINGS_MAX) throw tooMany();
  });
  const rowStarts = new Uint32Array(Math.max(0, endRow - firstRow) + 1);
  forEachMeeting(rings, width, height, (row) => {
    rowStarts[row - firstRow + 1] = (rowStarts[row - firstRow + 1] ?? 0) + 1;
  });
  for (let index = 1; index < rowStarts.length; index++) {
    rowStarts[index] = (rowStarts[index] ?? 0) + (rowStarts[index - 1] ?? 0);
  }
  const next = rowStarts.slice(0, -1);
  const starts = new Int32Array(total);
  const ends = new Int32Array(total);
  forEachMeeting(rings, width, height, (row, start, end) => {
    const at = next[row - firstRow] ?? 0;
    starts[at] = start;
    ends[at] = end;
    next[row - firstRow] = at + 1;
  });
  return { firstRow, rowStarts, starts, ends };
}

function tooMany(): Problem {
  return new Problem(
    'invalid-boundary',
    `The boundary meets rows of pixels more than ${MEETINGS_MAX} times, the most supported on one raster. Simplify it.`,
  );
}

type MeetingVisitor = (row: number, startColumn: number, endColumn: number) => void;

/** Visits, for every edge, the rows whose inside it enters, with the columns that it enters there. */
function forEachMeeting(
  { coordinates, ringStarts }: PixelRings,
  width: number,
  height: number,
  visit: MeetingVisitor,
): void {
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    const end = (ringStarts[ring + 1] ?? 0) - 1;
    for (let vertex = ringStarts[ring] ?? 0; vertex < end; vertex++) {
      const x0 = coordinates[vertex * 2] ?? Number.NaN;
      const y0 = coordinates[vertex * 2 + 1] ?? Number.NaN;
      const x1 = coordinates[vertex * 2 + 2] ?? Number.NaN;
      const y1 = coordinates[vertex * 2 + 3] ?? Number.NaN;
      if (y0 <= y1) followEdge(x0, y0, x1, y1, width, height, visit);
      else followEdge(x1, y1, x0, y0, width, height, visit);
    }
  }
}

/** An edge from its upper end (smaller y) to its lower. */
function followEdge(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  width: number,
  height: number,
  visit: MeetingVisitor,
): void {
  const first = Math.max(0, Math.floor(y0));
  // A horizontal edge on a pixel border lies in the inside of no row.
  const end = Math.min(height, Math.ceil(y1));
  for (let row = first; row < end; row++) {
    const from = row <= y0 ? x0 : x0 + ((row - y0) / (y1 - y0)) * (x1 - x0);
    const to = row + 1 >= y1 ? x1 : x0 + ((row + 1 - y0) / (y1 - y0)) * (x1 - x0);
    const west = Math.min(from, to);
    const east = Math.max(from, to);
    if (west === east && Number.isInteger(west)) continue;
    const startColumn = Math.max(0, Math.floor(west));
    const endColumn = Math.min(width, Math.max(Math.ceil(east), Math.floor(west) + 1));
    if (startColumn < endColumn) visit(row, startColumn, endColumn);
  }
}

/** Pushes the columns that are inside or met. Starts and ends may be sorted apart: only how many are open counts. */
function pushUnion(builder: SpansBuilder, inside: Int32Array, line: Meetings, index: number): void {
  const isMet = index >= 0 && index + 1 < line.rowStarts.length;
  const [first, last] = isMet ? [line.rowStarts[index] ?? 0, line.rowStarts[index + 1] ?? 0] : [0, 0];
  const starts = line.starts.subarray(first, last).sort();
  const ends = line.ends.subarray(first, last).sort();
  let [at, insideAt] = [0, 0];
  while (at < starts.length || insideAt < inside.length) {
    const metStart = starts[at] ?? Infinity;
    const insideStart = inside[insideAt] ?? Infinity;
    if (insideStart <= metStart) {
      builder.push(insideStart, inside[insideAt + 1] ?? 0);
      insideAt += 2;
      continue;
    }
    // A run ends where as many ends as starts have been passed.
    at++;
    while (at < starts.length && (starts[at] ?? 0) <= (ends[at - 1] ?? 0)) at++;
    builder.push(metStart, ends[at - 1] ?? 0);
  }
}
