import type { Axis } from './overview.axis.ts';
import type { Image } from './image.ts';
import type { Overview, Raster } from './raster.ts';

/**
 * How the source image lies in the columns and rows that its level is planned in. Levels of whole tiles are planned
 * in those of the image itself; others in those of the clip.
 */
export interface Placement {
  /** What is added to columns of the image: one number, or one for each side of the seam of a global raster. */
  readonly columnShifts: readonly number[];
  /** What is added to rows of the image. */
  readonly rowShift: number;
  /** Columns of the image that are used: a global raster may repeat its first ones after a full turn. */
  readonly columns: number;
}

/** One level of the clip: which part of which source image it shows. */
export interface ClipLevel {
  readonly image: Image;
  /** First column and row of the level, as it is planned. */
  readonly originColumn: number;
  readonly originRow: number;
  readonly width: number;
  readonly height: number;
  readonly placement: Placement;
  /** Whether its tiles are tiles of the source: else they are put together anew. */
  readonly isAligned: boolean;
  readonly tilesAcross: number;
  readonly tilesDown: number;
  /** How it relates to the next finer level, in source pixels of both; null for the full resolution. */
  readonly axes: { readonly columns: Axis; readonly rows: Axis } | null;
}

/** Box in full-resolution pixels, ends exclusive. */
export interface PixelBox {
  readonly minColumn: number;
  readonly minRow: number;
  readonly endColumn: number;
  readonly endRow: number;
}

/** Up to this level tiles are aligned so that they can be copied; deeper ones are small and put together anew. */
const ALIGNED_LEVELS = 2;

/**
 * Chooses the extent of a clip and its levels. The extent begins at a multiple of the tile size of the second
 * overview, so that interior tiles of the three largest levels can be copied, and at a multiple of every level's
 * factor, so that all levels lie exactly on their source's pixels. It ends at the source's border or at a multiple
 * too. Overviews end with the first one that fits a tile.
 */
export function chooseLevels(raster: Raster, box: PixelBox, alignedLevels = ALIGNED_LEVELS): ClipLevel[] {
  const { image, overviews } = raster;
  const aligned = overviews.slice(0, alignedLevels);
  let unitX = aligned.reduce((unit, level) => lcm(unit, level.image.tileWidth * level.factor), image.tileWidth);
  let unitY = aligned.reduce((unit, level) => lcm(unit, level.image.tileHeight * level.factor), image.tileHeight);
  for (;;) {
    const columns = alignAxis(box.minColumn, box.endColumn, unitX, image.width);
    const rows = alignAxis(box.minRow, box.endRow, unitY, image.height);
    const levels = levelsOf(raster, columns, rows);
    const factor = overviews[levels.length - 2]?.factor ?? 1;
    if (unitX % factor === 0 && unitY % factor === 0) return levels;
    unitX = lcm(unitX, factor);
    unitY = lcm(unitY, factor);
  }
}

interface Stretch {
  start: number;
  end: number;
  /** It ends where the source ends, and so do its levels. */
  reachesBorder: boolean;
}

function alignAxis(min: number, end: number, unit: number, size: number): Stretch {
  const alignedEnd = Math.ceil(end / unit) * unit;
  return {
    start: Math.floor(min / unit) * unit,
    end: Math.min(alignedEnd, size),
    reachesBorder: alignedEnd >= size,
  };
}

function levelsOf({ image, overviews }: Raster, columns: Stretch, rows: Stretch): ClipLevel[] {
  const levels = [clipLevel(image, 1, columns, rows, null)];
  let finer: Overview = { image, factor: 1 };
  for (const overview of overviews) {
    const last = levels.at(-1);
    if (last === undefined || (last.width <= last.image.tileWidth && last.height <= last.image.tileHeight)) break;
    const factor = overview.factor / finer.factor;
    const level = clipLevel(overview.image, overview.factor, columns, rows, {
      columns: { finerSize: finer.image.width, size: overview.image.width, factor },
      rows: { finerSize: finer.image.height, size: overview.image.height, factor },
    });
    if (level.width < 1 || level.height < 1) break;
    levels.push(level);
    finer = overview;
  }
  return levels;
}

function clipLevel(image: Image, factor: number, columns: Stretch, rows: Stretch, axes: ClipLevel['axes']): ClipLevel {
  const originColumn = Math.floor(columns.start / factor);
  const originRow = Math.floor(rows.start / factor);
  const width = (columns.reachesBorder ? image.width : Math.ceil(columns.end / factor)) - originColumn;
  const height = (rows.reachesBorder ? image.height : Math.ceil(rows.end / factor)) - originRow;
  return {
    image,
    originColumn,
    originRow,
    width,
    height,
    placement: { columnShifts: [0], rowShift: 0, columns: image.width },
    isAligned: originColumn % image.tileWidth === 0 && originRow % image.tileHeight === 0,
    tilesAcross: Math.ceil(width / image.tileWidth),
    tilesDown: Math.ceil(height / image.tileHeight),
    axes,
  };
}

function lcm(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
