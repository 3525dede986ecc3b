import { classifyTile, countByTile } from './classify.ts';
import type { Coverage } from './coverage.ts';
import type { OverviewPart } from './overview.part.ts';
import type { TileLocation, TileRun } from './tile.index.ts';
import type { ClipLevel } from './window.ts';

/** A tile of the source that a tile of the clip takes pixels from. */
export interface SourceTile {
  readonly location: TileLocation;
  /** First column and row, as the level is planned. */
  readonly column: number;
  readonly row: number;
  /** Where its usable columns end: not all of a tile at the border of the image need be. */
  readonly endColumn: number;
}

/** A tile of the clip that is not left out. */
export interface TileJob {
  /** Number in the level's grid. */
  readonly tile: number;
  readonly kind: 'copy' | 'make';
  /** First column and row, as the level is planned. */
  readonly column: number;
  readonly row: number;
  /** Tiles to decode; for a copy only when the next overview needs some of its pixels. */
  readonly sources: readonly SourceTile[];
  /** The tile that is copied. */
  readonly copied: TileLocation | null;
}

/** What is known of some tiles of a level before they are decided on. */
export interface TileJobInput {
  readonly level: ClipLevel;
  /** Which tiles of its grid; ends are exclusive. */
  readonly part: TilePart;
  readonly coverage: Coverage;
  /** What of the next overview is made of its pixels. */
  readonly needed: readonly OverviewPart[];
  /** Makes the pixels that the source's values cannot be used for; null at full resolution. */
  readonly remake: OverviewPart | null;
  /** Whether tiles that the boundary crosses are copied too, since a mask tells what lies outside. */
  readonly copiesEdges: boolean;
}

/** A rectangle of a level's grid of tiles. */
export interface TilePart {
  readonly firstRow: number;
  readonly endRow: number;
  readonly firstColumn: number;
  readonly endColumn: number;
}

const NO_SOURCES: readonly SourceTile[] = [];

/** All tiles of a level. */
export function wholeGrid({ tilesAcross, tilesDown }: ClipLevel): TilePart {
  return { firstRow: 0, endRow: tilesDown, firstColumn: 0, endColumn: tilesAcross };
}

/** What has to be known to decide on one row of a level's tiles. */
export interface TileRow {
  /** First row, and the one after the last, as the level is planned. */
  readonly row: number;
  readonly endRow: number;
  /** Number of its first tile in the level's grid, and that tile's first column. */
  readonly firstTile: number;
  readonly column: number;
  /** Pixels of each tile that are touched. */
  readonly touched: Uint32Array;
  /** Stretches of the source's tiles that it takes pixels from. */
  readonly stretches: readonly SourceStretch[];
}

/** Neighbouring tiles of a row of the source's grid. */
interface SourceStretch {
  readonly run: TileRun;
  /** First row, as the level is planned. */
  readonly row: number;
  readonly columnShift: number;
  readonly firstTileColumn: number;
}

/** A row of a level's tiles and the tiles of the source under it; null when the clip holds none of it. */
export function tileRowOf({ level, part, coverage }: TileJobInput, tileRow: number): TileRow | null {
  const { image, originRow, tilesAcross } = level;
  const column = level.originColumn + part.firstColumn * image.tileWidth;
  const endColumn = Math.min(level.originColumn + level.width, level.originColumn + part.endColumn * image.tileWidth);
  const row = originRow + tileRow * image.tileHeight;
  const endRow = Math.min(row + image.tileHeight, originRow + level.height);
  const touched = new Uint32Array(part.endColumn - part.firstColumn);
  countByTile(coverage.touched, row, endRow, column, image.tileWidth, touched);
  if (touched.every((count) => count === 0)) return null;
  const firstTile = tileRow * tilesAcross + part.firstColumn;
  return { row, endRow, firstTile, column, touched, stretches: sourceStretches(level, row, endRow, column, endColumn) };
}

/**
 * Decides what becomes of the tiles of one row.
 * @param locations of the tiles of each of its stretches
 */
export function tileRowJobs(
  { level, coverage, needed, copiesEdges }: TileJobInput,
  { row, endRow, firstTile, column: firstColumn, touched, stretches }: TileRow,
  locations: readonly (readonly (TileLocation | null)[])[],
): TileJob[] {
  const { image } = level;
  const pure = new Uint32Array(touched.length);
  countByTile(coverage.pure, row, endRow, firstColumn, image.tileWidth, pure);
  const jobs: TileJob[] = [];
  for (let tileColumn = 0; tileColumn < touched.length; tileColumn++) {
    const column = firstColumn + tileColumn * image.tileWidth;
    const endColumn = Math.min(column + image.tileWidth, level.originColumn + level.width);
    const area = (endColumn - column) * (endRow - row);
    const tileClass = classifyTile(touched[tileColumn] ?? 0, pure[tileColumn] ?? 0, area);
    if (tileClass === 'empty') continue;
    const tile = firstTile + tileColumn;
    if ((tileClass === 'full' || copiesEdges) && level.isAligned) {
      const copied = copiedTile(level, stretches, locations, column);
      // A sparse tile of the source stays one.
      if (copied === null) continue;
      const isNeeded = needed.some((part) => part.meets(column, row, endColumn, endRow));
      const sources = isNeeded ? sourceTiles(level, stretches, locations, column, endColumn) : NO_SOURCES;
      jobs.push({ tile, kind: 'copy', column, row, sources, copied });
    } else {
      const hasPure = (pure[tileColumn] ?? 0) > 0;
      const sources = hasPure ? sourceTiles(level, stretches, locations, column, endColumn) : NO_SOURCES;
      jobs.push({ tile, kind: 'make', column, row, sources, copied: null });
    }
  }
  return jobs;
}

function sourceStretches(
  { image, placement }: ClipLevel,
  row: number,
  endRow: number,
  column: number,
  endColumn: number,
): SourceStretch[] {
  const { rowShift } = placement;
  const stretches: SourceStretch[] = [];
  const endTileRow = Math.min(image.tilesDown, Math.ceil((endRow - rowShift) / image.tileHeight));
  for (let tileRow = Math.floor((row - rowShift) / image.tileHeight); tileRow < endTileRow; tileRow++) {
    for (const columnShift of placement.columnShifts) {
      const firstTileColumn = Math.max(0, Math.floor((column - columnShift) / image.tileWidth));
      const end = Math.min(placement.columns, endColumn - columnShift);
      const count = Math.min(image.tilesAcross, Math.ceil(end / image.tileWidth)) - firstTileColumn;
      if (count <= 0) continue;
      const run = { first: tileRow * image.tilesAcross + firstTileColumn, count };
      stretches.push({ run, row: tileRow * image.tileHeight + rowShift, columnShift, firstTileColumn });
    }
  }
  return stretches;
}

/** The tile of the source that a tile of an aligned level is; null where the source has none. */
function copiedTile(
  { image }: ClipLevel,
  stretches: readonly SourceStretch[],
  locations: readonly (readonly (TileLocation | null)[])[],
  column: number,
): TileLocation | null {
  for (let index = 0; index < stretches.length; index++) {
    const { columnShift, firstTileColumn } = stretches[index] ?? { columnShift: 0, firstTileColumn: 0 };
    const tileColumn = Math.floor((column - columnShift) / image.tileWidth);
    const location = locations[index]?.[tileColumn - firstTileColumn] ?? null;
    if (location !== null) return location;
  }
  return null;
}

function sourceTiles(
  { image, placement }: ClipLevel,
  stretches: readonly SourceStretch[],
  locations: readonly (readonly (TileLocation | null)[])[],
  column: number,
  endColumn: number,
): SourceTile[] {
  const tiles: SourceTile[] = [];
  for (const [index, { row, columnShift, firstTileColumn }] of stretches.entries()) {
    const firstTile = Math.max(firstTileColumn, Math.floor((column - columnShift) / image.tileWidth));
    const endTile = Math.ceil(Math.min(endColumn - columnShift, placement.columns) / image.tileWidth);
    for (let tileColumn = firstTile; tileColumn < endTile; tileColumn++) {
      const location = locations[index]?.[tileColumn - firstTileColumn] ?? null;
      if (location === null) continue;
      const sourceEnd = Math.min((tileColumn + 1) * image.tileWidth, placement.columns);
      const first = tileColumn * image.tileWidth + columnShift;
      tiles.push({ location, column: first, row, endColumn: sourceEnd + columnShift });
    }
  }
  return tiles;
}
