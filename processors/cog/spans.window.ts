import { RowRuns, RunBuffer, uniteRuns } from './run.lists.ts';
import { type Spans, SpansBuilder } from './spans.ts';

/** A rectangle of pixels; it may run past the seam of a raster that goes round the globe. */
export interface PixelWindow {
  readonly column: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Pixels as they lie in a window, from its own first column and row on.
 * @param turns by how many columns the pixels are laid on the window: once, or once for each side of the seam
 */
export function windowSpans(spans: Spans, window: PixelWindow, turns: readonly number[]): Spans {
  const builder = new SpansBuilder(0, window.height);
  const runs = new RowRuns(spans);
  const laid = new RunBuffer();
  let [united, before] = [new RunBuffer(), new RunBuffer()];
  for (let row = 0; row < window.height; row++) {
    const { columns, first, end } = runs.at(row + window.row);
    united.clear();
    for (const turn of turns) {
      const shift = turn - window.column;
      laid.clear();
      for (let at = first; at < end; at += 2) {
        laid.push(Math.max(0, (columns[at] ?? 0) + shift), Math.min(window.width, (columns[at + 1] ?? 0) + shift));
      }
      [united, before] = [before, united];
      uniteRuns(before, laid, united);
    }
    builder.pushAll(united);
    builder.endRow();
  }
  return builder.finish();
}

/** Those of the pixels that lie in `[startColumn, endColumn)`. */
export function clampSpans(spans: Spans, startColumn: number, endColumn: number): Spans {
  const builder = new SpansBuilder(spans.firstRow, spans.endRow - spans.firstRow, spans.entries);
  const { columns } = spans;
  for (let row = spans.firstRow; row < spans.endRow; row++) {
    const end = spans.runsEnd(row);
    for (let at = spans.runsStart(row); at < end; at += 2) {
      builder.push(Math.max(startColumn, columns[at] ?? 0), Math.min(endColumn, columns[at + 1] ?? 0));
    }
    builder.endRow();
  }
  return builder.finish();
}
