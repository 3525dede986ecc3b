import type { Spans } from './spans.ts';
import type { SourceTile } from './tile.jobs.ts';

/** Rows of a tile, counted from its first; the end is exclusive. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** The rows of a tile from the first to the last one that hold any of the pixels. */
export function rowsWithPixels(pixels: Spans, { column, row, endColumn }: SourceTile, tileHeight: number): RowRange {
  const isMet = (tileRow: number): boolean => pixels.meets(column, row + tileRow, endColumn, row + tileRow + 1);
  let first = 0;
  while (first < tileHeight && !isMet(first)) first++;
  let end = tileHeight;
  while (end > first && !isMet(end - 1)) end--;
  return { first, end };
}

/** The rows from the first to the last one of both. */
export function uniteRows(a: RowRange, b: RowRange): RowRange {
  if (a.first === a.end) return b;
  return b.first === b.end ? a : { first: Math.min(a.first, b.first), end: Math.max(a.end, b.end) };
}
