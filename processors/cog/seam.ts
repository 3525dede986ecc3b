import type { Crs } from '../crs/crs.ts';
import { shortestStretch, type Stretch } from './circle.ts';
import { countByTile } from './classify.ts';
import type { GridTransform } from './georeference.ts';
import { FULL_TURN_DEGREES } from './mask.ts';
import { RowRuns, RunBuffer, type RunList, uniteRuns } from './run.lists.ts';
import type { Spans } from './spans.ts';

/** Files round the size of their pixels; a raster that misses the full turn by less than this closes it. */
const CLOSURE_PIXELS = 0.1;

/**
 * Columns of a full turn, for a raster that goes all the way round the globe, so that its first column continues
 * its last; null for others, and for rasters in a projected system.
 */
export function fullTurnColumns(transform: GridTransform, width: number, crs: Crs): number | null {
  if (!crs.isGeographicDegrees || transform.columnY !== 0 || transform.rowX !== 0) return null;
  const turn = FULL_TURN_DEGREES / Math.abs(transform.columnX);
  const columns = Math.round(turn);
  return columns <= width && Math.abs(turn - columns) < CLOSURE_PIXELS ? columns : null;
}

/**
 * The columns that hold all kept pixels when these lie closer together across the seam, where the raster's last
 * column meets its first; null when they do not. The end is larger than `period`.
 */
export function columnsAcrossSeam(kept: Spans, period: number): Stretch | null {
  const bounds = kept.bounds();
  if (bounds === null || bounds.endColumn - bounds.minColumn <= period / 2) return null;
  const runs = new RowRuns(kept);
  let [columns, before] = [new RunBuffer(), new RunBuffer()];
  for (let row = bounds.minRow; row < bounds.endRow; row++) {
    [columns, before] = [before, columns];
    uniteRuns(before, runs.at(row), columns);
  }
  const stretch = shortestStretch(withinTurn(columns, period), period);
  return stretch !== null && stretch[1] > period ? stretch : null;
}

/** A raster may repeat its first columns past the full turn. */
function withinTurn({ columns, first, end: last }: RunList, period: number): Stretch[] {
  const intervals: Stretch[] = [];
  for (let at = first; at < last; at += 2) {
    const start = columns[at] ?? 0;
    const end = columns[at + 1] ?? 0;
    if (start < period) intervals.push([start, Math.min(end, period)]);
    if (end > period) intervals.push([Math.max(start, period) - period, end - period]);
  }
  return intervals;
}

/** Pixels of those tiles that hold any of the kept ones: what has to be decoded and encoded when none is copied. */
export function pixelsOfTiles(kept: Spans, width: number, tileWidth: number, tileHeight: number): number {
  const counts = new Uint32Array(Math.ceil(width / tileWidth));
  let tiles = 0;
  for (let row = Math.floor(kept.firstRow / tileHeight) * tileHeight; row < kept.endRow; row += tileHeight) {
    countByTile(kept, row, row + tileHeight, 0, tileWidth, counts);
    for (const count of counts) if (count > 0) tiles++;
  }
  return tiles * tileWidth * tileHeight;
}
