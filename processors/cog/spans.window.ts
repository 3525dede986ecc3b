import { clampRuns, type Spans, SpansBuilder, uniteRuns } from './spans.ts';

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
  for (let row = 0; row < window.height; row++) {
    const runs = spans.runs(row + window.row);
    const laid = turns.map((turn) => {
      return clampRuns(
        Array.from(runs, (column) => column + turn - window.column),
        0,
        window.width,
      );
    });
    const united = uniteRuns(laid);
    for (let at = 0; at + 1 < united.length; at += 2) builder.push(united[at] ?? 0, united[at + 1] ?? 0);
    builder.endRow();
  }
  return builder.finish();
}

/** Those of the pixels that lie in `[startColumn, endColumn)`. */
export function clampSpans(spans: Spans, startColumn: number, endColumn: number): Spans {
  const builder = new SpansBuilder(spans.firstRow, spans.endRow - spans.firstRow);
  for (let row = spans.firstRow; row < spans.endRow; row++) {
    const runs = spans.runsWithin(row, startColumn, endColumn);
    for (let at = 0; at + 1 < runs.length; at += 2) builder.push(runs[at] ?? 0, runs[at + 1] ?? 0);
    builder.endRow();
  }
  return builder.finish();
}
