import { classifyTile, countByTile } from './classify.ts';
import type { Coverage } from './coverage.ts';
import type { SparsePixels } from './sparse.pixels.ts';
import type { TileLocation } from './tile.index.ts';
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

/** What is known of a level before its tiles are decided on. */
export interface TileJobInput {
  readonly level: ClipLevel;
  readonly coverage: Coverage;
  /** Pixels that the next overview is made of; null when it needs none. */
  readonly needed: SparsePixels | null;
  /** Whether tiles that the boundary crosses are copied too, since a mask tells what lies outside. */
  readonly copiesEdges: boolean;
}

/** Decides what becomes of the tiles of one row of a level's grid. */
export async function tileRowJobs(
  { level, coverage, needed, copiesEdges }: TileJobInput,
  tileRow: number,
): Promise<TileJob[]> {
  const { image } = level;
  const row = level.originRow + tileRow * image.tileHeight;
  const endRow = Math.min(row + image.tileHeight, level.originRow + level.height);
  const touched = new Uint32Array(level.tilesAcross);
  const pure = new Uint32Array(level.tilesAcross);
  countByTile(coverage.touched, row, endRow, level.originColumn, image.tileWidth, touched);
  if (touched.every((count) => count === 0)) return [];
  countByTile(coverage.pure, row, endRow, level.originColumn, image.tileWidth, pure);
  const sourceRows = await locateRows(level, row, endRow);
  const jobs: TileJob[] = [];
  for (let tileColumn = 0; tileColumn < level.tilesAcross; tileColumn++) {
    const column = level.originColumn + tileColumn * image.tileWidth;
    const endColumn = Math.min(column + image.tileWidth, level.originColumn + level.width);
    const area = (endColumn - column) * (endRow - row);
    const tileClass = classifyTile(touched[tileColumn] ?? 0, pure[tileColumn] ?? 0, area);
    if (tileClass === 'empty') continue;
    const tile = tileRow * level.tilesAcross + tileColumn;
    const sources = sourceTiles(level, sourceRows, column, endColumn);
    if ((tileClass === 'full' || copiesEdges) && level.isAligned) {
      const copied = sources[0]?.location ?? null;
      // A sparse tile of the source stays one.
      if (copied === null) continue;
      const isNeeded = needed?.meets(column, row, endColumn, endRow) ?? false;
      jobs.push({ tile, kind: 'copy', column, row, sources: isNeeded ? sources : [], copied });
    } else {
      const hasPure = (pure[tileColumn] ?? 0) > 0;
      jobs.push({ tile, kind: 'make', column, row, sources: hasPure ? sources : [], copied: null });
    }
  }
  return jobs;
}

interface SourceRow {
  row: number;
  columnShift: number;
  firstTileColumn: number;
  locations: readonly (TileLocation | null)[];
}

/** Locations of the source tiles that the level's row of tiles takes pixels from. */
async function locateRows(level: ClipLevel, row: number, endRow: number): Promise<SourceRow[]> {
  const { image, originColumn, width, placement } = level;
  const { rowShift } = placement;
  const rows: SourceRow[] = [];
  const endTileRow = Math.min(image.tilesDown, Math.ceil((endRow - rowShift) / image.tileHeight));
  for (let tileRow = Math.floor((row - rowShift) / image.tileHeight); tileRow < endTileRow; tileRow++) {
    for (const columnShift of placement.columnShifts) {
      const firstTileColumn = Math.max(0, Math.floor((originColumn - columnShift) / image.tileWidth));
      const end = Math.min(placement.columns, originColumn + width - columnShift);
      const count = Math.min(image.tilesAcross, Math.ceil(end / image.tileWidth)) - firstTileColumn;
      if (count <= 0) continue;
      const locations = await image.index.locate(tileRow * image.tilesAcross + firstTileColumn, count);
      rows.push({ row: tileRow * image.tileHeight + rowShift, columnShift, firstTileColumn, locations });
    }
  }
  return rows;
}

function sourceTiles(
  { image, placement }: ClipLevel,
  rows: readonly SourceRow[],
  column: number,
  endColumn: number,
): SourceTile[] {
  const tiles: SourceTile[] = [];
  for (const { row, columnShift, firstTileColumn, locations } of rows) {
    const firstTile = Math.max(firstTileColumn, Math.floor((column - columnShift) / image.tileWidth));
    const endTile = Math.ceil(Math.min(endColumn - columnShift, placement.columns) / image.tileWidth);
    for (let tileColumn = firstTile; tileColumn < endTile; tileColumn++) {
      const location = locations[tileColumn - firstTileColumn] ?? null;
      if (location === null) continue;
      const sourceEnd = Math.min((tileColumn + 1) * image.tileWidth, placement.columns);
      const first = tileColumn * image.tileWidth + columnShift;
      tiles.push({ location, column: first, row, endColumn: sourceEnd + columnShift });
    }
  }
  return tiles;
}
