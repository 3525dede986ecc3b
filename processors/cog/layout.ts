import { BLOB_SOURCE_ID, type RecipeSegment } from '../../cache/recipe.ts';
import type { BlobSink } from '../engine.ts';
import type { ByteOrder } from './byte.order.ts';
import { ghostArea } from './tiff.ghost.ts';
import { LEADER_BYTES, TRAILER_BYTES } from './tile.reads.ts';
import { TILE_COPIED, TILE_EMPTY, type TileTable } from './tile.table.ts';
import type { RepeatedTile } from './tile.repeated.ts';
import type { TiffTag } from './tiff.values.ts';
import { appendHeader, type IndexValues } from './writer.index.ts';
import { writeHeader } from './writer.ts';

/** One image of a level, or its mask, ready to be laid out. */
export interface LaidImage {
  readonly tags: readonly TiffTag[];
  readonly table: TileTable;
  /** A tile of nodata, when empty tiles are to be written. */
  readonly filler: RepeatedTile | null;
}

/** A level ready to be laid out. */
export interface LaidLevel extends LaidImage {
  /** The level's mask. */
  readonly mask?: LaidImage;
}

const SOURCE_ID = 1;
/** Offsets of a classic TIFF have 32 bits. */
const CLASSIC_BYTES_MAX = 2 ** 32 - 1;
/**
 * Tiles that a level has at most if those of its mask follow them one by one, which saves readers a request. It cuts
 * every run of copied tiles into as many segments, which a recipe of many tiles cannot afford.
 */
const INTERLEAVED_TILES_MAX = 4096;

/**
 * Lays out the clip (data of the smallest overview first), writes its header to the blob and returns all its
 * segments. BigTIFF is chosen only when the exact size asks for it.
 *
 * @param levels full resolution first
 * @param hasLeaders whether tiles are framed by leaders and trailers, the copied ones too
 */
export async function layOut(
  levels: readonly LaidLevel[],
  hasLeaders: boolean,
  sink: BlobSink,
  byteOrder: ByteOrder = 'little',
): Promise<RecipeSegment[]> {
  const around = hasLeaders ? LEADER_BYTES + TRAILER_BYTES : 0;
  const isInterleaved = areInterleaved(levels);
  const data = levels.map((level) => groupsOf(level, isInterleaved));
  const dataBytes = data.reduce((sum, groups) => sum + dataBytesOf(groups, around), 0);
  const directories = directoriesOf(levels, data);
  const inputs = directories.map(({ image: { tags, table } }) => ({ tags, tiles: table.tiles }));
  const ghost = ghostArea({ hasLeaders, hasMasks: isInterleaved });
  const classic = writeHeader(inputs, false, ghost, byteOrder);
  const bigTiff = classic.dataOffset + dataBytes > CLASSIC_BYTES_MAX;
  const header = bigTiff ? writeHeader(inputs, true, ghost, byteOrder) : classic;
  const starts = new Map<Groups, number>();
  let at = header.dataOffset;
  for (const groups of data.toReversed()) {
    starts.set(groups, at);
    at += dataBytesOf(groups, around);
  }
  const indexes = directories.map(({ groups, image }) => ({
    offsets: offsetsOf(groups, image, starts.get(groups) ?? 0, around),
    byteCounts: byteCountsOf(image),
    count: image.table.tiles,
  }));
  const segments: RecipeSegment[] = [[BLOB_SOURCE_ID, await appendHeader(header, indexes, sink), header.dataOffset]];
  for (const groups of data.toReversed()) pushData(segments, groups, around);
  return segments;
}

/** The images of a level in the order of their data; those of one group take turns, tile by tile. */
type Groups = readonly (readonly LaidImage[])[];

interface Directory {
  /** Of its level. */
  readonly groups: Groups;
  readonly image: LaidImage;
}

/** Full resolution, its mask, overviews, their masks: the order of GDAL's COG driver. */
function directoriesOf(levels: readonly LaidLevel[], data: readonly Groups[]): Directory[] {
  const images = levels.map((image, index): Directory => ({ groups: data[index] ?? [], image }));
  const masks = levels.flatMap(({ mask }, index): Directory[] =>
    mask === undefined ? [] : [{ groups: data[index] ?? [], image: mask }],
  );
  return [...images.slice(0, 1), ...masks.slice(0, 1), ...images.slice(1), ...masks.slice(1)];
}

/** Whether each tile of the masks follows its tile of the image: not where bands are stored apart. */
function areInterleaved(levels: readonly LaidLevel[]): boolean {
  return levels.every(({ table, mask }) => {
    const tiles = table.tiles;
    return mask?.table.tiles === tiles && tiles <= INTERLEAVED_TILES_MAX;
  });
}

function groupsOf(level: LaidLevel, isInterleaved: boolean): Groups {
  if (level.mask === undefined) return [[level]];
  return isInterleaved ? [[level, level.mask]] : [[level], [level.mask]];
}

function payloadBytes({ table, filler }: LaidImage, tile: number): number {
  return table.kind(tile) === TILE_EMPTY ? (filler?.payloadBytes ?? 0) : table.length(tile);
}

function dataBytesOf(groups: Groups, around: number): number {
  let sum = 0;
  for (const image of groups.flat()) {
    for (let tile = 0; tile < image.table.tiles; tile++) {
      const bytes = payloadBytes(image, tile);
      if (bytes > 0) sum += bytes + around;
    }
  }
  return sum;
}

function pushData(segments: RecipeSegment[], groups: Groups, around: number): void {
  for (const group of groups) {
    const tiles = group[0]?.table.tiles ?? 0;
    for (let tile = 0; tile < tiles; tile++) for (const image of group) pushTile(segments, image, tile, around);
  }
}

function pushTile(segments: RecipeSegment[], image: LaidImage, tile: number, around: number): void {
  const { table, filler } = image;
  const bytes = payloadBytes(image, tile);
  if (bytes === 0) return;
  const payload = table.kind(tile) === TILE_EMPTY ? (filler?.next().offset ?? 0) : table.offset(tile);
  const source = table.kind(tile) === TILE_COPIED ? SOURCE_ID : BLOB_SOURCE_ID;
  const offset = payload - around / 2;
  const last = segments.at(-1);
  // Joined at once: there may be millions of tiles, and far fewer runs of them.
  if (last !== undefined && last[0] === source && last[1] + last[2] === offset) last[2] += bytes + around;
  else segments.push([source, offset, bytes + around]);
}

/** The index of an image: where each payload will lie in the clip; 0 for a tile that is left out. */
function offsetsOf(groups: Groups, wanted: LaidImage, start: number, around: number): IndexValues {
  let at = start;
  const group = groups.find((images) => images.includes(wanted)) ?? [];
  for (const before of groups.slice(0, groups.indexOf(group))) at += dataBytesOf([before], around);
  return (values, firstTile) => {
    for (let index = 0; index < values.length; index++) {
      for (const image of group) {
        const bytes = payloadBytes(image, firstTile + index);
        if (image === wanted) values[index] = bytes === 0 ? 0 : at + around / 2;
        if (bytes > 0) at += bytes + around;
      }
    }
  };
}

function byteCountsOf(image: LaidImage): IndexValues {
  return (values, firstTile) => {
    for (let index = 0; index < values.length; index++) values[index] = payloadBytes(image, firstTile + index);
  };
}
