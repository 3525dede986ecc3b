import { classifyTile, countByTile } from './classify.ts';
import type { Coverage } from './coverage.ts';
import type { SparsePixels } from './sparse.pixels.ts';
import type { TileLocation } from './tile.index.ts';
import type { ClipLevel } from './window.ts';

/** A tile of the source that a tile of the clip takes pixels from. */
export interface SourceTile {
  readonly location: TileLocation;
  /** First column and row in pixels of the source image. */
  readonly column: number;
  readonly row: number;
}

/** A tile of the clip that is not left out. */
export interface TileJob {
  /** Number in the level's grid. */
  readonly tile: number;
  readonly kind: 'copy' | 'make';
  /** First column and row in pixels of the source image. */
  readonly column: number;
  readonly row: number;
  /** Tiles to decode; for a copy only when the next overview needs some of its pixels. */
  readonly sources: readonly SourceTile[];
  /** The tile that is copied. */
  readonly copied: TileLocation | null;
}

/** Decides what becomes of the tiles of one row of a level's grid. */
export async function tileRowJobs(
  level: ClipLevel,
  coverage: Coverage,
  needed: SparsePixels | null,
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
    if (tileClass === 'full' && level.isAligned) {
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
  firstTileColumn: number;
  locations: readonly (TileLocation | null)[];
}

/** Locations of the source tiles that the level's row of tiles takes pixels from. */
async function locateRows(
  { image, originColumn, width }: ClipLevel,
  row: number,
  endRow: number,
): Promise<SourceRow[]> {
  const firstTileColumn = Math.floor(originColumn / image.tileWidth);
  const endTileColumn = Math.min(image.tilesAcross, Math.ceil((originColumn + width) / image.tileWidth));
  const rows: SourceRow[] = [];
  const endTileRow = Math.min(image.tilesDown, Math.ceil(endRow / image.tileHeight));
  for (let tileRow = Math.floor(row / image.tileHeight); tileRow < endTileRow; tileRow++) {
    const first = tileRow * image.tilesAcross + firstTileColumn;
    const locations = await image.index.locate(first, endTileColumn - firstTileColumn);
    rows.push({ row: tileRow * image.tileHeight, firstTileColumn, locations });
  }
  return rows;
}

function sourceTiles(
  { image }: ClipLevel,
  rows: readonly SourceRow[],
  column: number,
  endColumn: number,
): SourceTile[] {
  const firstTile = Math.floor(column / image.tileWidth);
  const endTile = Math.ceil(endColumn / image.tileWidth);
  const tiles: SourceTile[] = [];
  for (const { row, firstTileColumn, locations } of rows) {
    for (let tileColumn = firstTile; tileColumn < endTile; tileColumn++) {
      const location = locations[tileColumn - firstTileColumn] ?? null;
      if (location !== null) tiles.push({ location, column: tileColumn * image.tileWidth, row });
    }
  }
  return tiles;
}
