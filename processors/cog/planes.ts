import { planeOf } from './image.ts';
import { TileTable } from './tile.table.ts';
import type { ClipLevel } from './window.ts';

/** A level of one of the planes in which bands are stored apart. */
export interface LevelPlane {
  readonly level: ClipLevel;
  /** Of all planes of the level. */
  readonly table: TileTable;
  /** Number of the plane's first tile in it: tiles of planes follow each other (TIFF 6.0, PlanarConfiguration). */
  readonly firstTile: number;
}

/** The planes of a level, with an empty table; one where bands lie together. */
export function planesOf(level: ClipLevel): LevelPlane[] {
  const { planes } = level.image;
  const table = new TileTable(level, planes);
  return Array.from({ length: planes }, (_, plane) => ({
    level: { ...level, image: planeOf(level.image, plane) },
    table,
    firstTile: plane * level.tilesAcross * level.tilesDown,
  }));
}
