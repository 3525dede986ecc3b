import { planeOf } from './image.ts';
import { TileTable } from './tile.table.ts';
import type { ClipLevel } from './window.ts';

/** A level of one of the planes in which bands are stored apart. */
export function levelOfPlane(level: ClipLevel, plane: number): ClipLevel {
  return { ...level, image: planeOf(level.image, plane) };
}

/** Plans a level plane by plane; tables follow each other as TIFF 6.0 orders the tiles of planes. */
export async function planByPlane(
  level: ClipLevel,
  plan: (level: ClipLevel) => Promise<TileTable>,
): Promise<TileTable> {
  const tables: TileTable[] = [];
  for (let plane = 0; plane < level.image.planes; plane++) tables.push(await plan(levelOfPlane(level, plane)));
  return joinPlanes(level, tables);
}

/** One table for all planes of a level. */
export function joinPlanes(level: ClipLevel, planes: readonly TileTable[]): TileTable {
  const [only] = planes;
  if (planes.length === 1 && only !== undefined) return only;
  const joined = new TileTable({ tilesAcross: level.tilesAcross, tilesDown: level.tilesDown * planes.length });
  planes.forEach(({ kinds, offsets, lengths }, plane) => {
    const first = plane * kinds.length;
    joined.kinds.set(kinds, first);
    joined.offsets.set(offsets, first);
    joined.lengths.set(lengths, first);
  });
  return joined;
}
