import { BLOB_SOURCE_ID, type RecipeSegment } from '../../cache/recipe.ts';
import type { BlobSink } from '../engine.ts';
import type { ByteOrder } from './byte.order.ts';
import { viewOf } from './tiff.bytes.ts';
import { ghostArea } from './tiff.ghost.ts';
import { LEADER_BYTES, TRAILER_BYTES } from './tile.reads.ts';
import { TILE_COPIED, TILE_EMPTY, type TileTable } from './tile.table.ts';
import type { TiffTag } from './tiff.values.ts';
import { type Header, type IndexPlace, writeHeader } from './writer.ts';

/** One image of a level, or its mask, ready to be laid out. */
export interface LaidImage {
  readonly tags: readonly TiffTag[];
  readonly table: TileTable;
  /** Where an encoded tile of nodata with leader and trailer lies in the blob, when empty tiles are to be written. */
  readonly filler: { readonly offset: number; readonly payloadBytes: number } | null;
}

/** A level ready to be laid out. */
export interface LaidLevel extends LaidImage {
  /** The level's mask; its tiles follow those of the image one by one. */
  readonly mask?: LaidImage;
}

const SOURCE_ID = 1;
/** Offsets of a classic TIFF have 32 bits. */
const CLASSIC_BYTES_MAX = 2 ** 32 - 1;
/** Index entries written to the blob at a time. */
const ENTRIES_PER_CHUNK = 1 << 16;

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
  const dataBytes = levels.reduce((sum, level) => sum + dataBytesOf(level, around), 0);
  const directories = directoriesOf(levels);
  const inputs = directories.map(({ image: { tags, table } }) => ({ tags, tiles: table.kinds.length }));
  const ghost = ghostArea({
    hasLeaders,
    hasMasks: levels.some((level) => level.mask !== undefined && isInterleaved(level)),
  });
  const classic = writeHeader(inputs, false, ghost, byteOrder);
  const bigTiff = classic.dataOffset + dataBytes > CLASSIC_BYTES_MAX;
  const header = bigTiff ? writeHeader(inputs, true, ghost, byteOrder) : classic;
  const starts = new Map<LaidLevel, number>();
  let at = header.dataOffset;
  for (const level of levels.toReversed()) {
    starts.set(level, at);
    at += dataBytesOf(level, around);
  }
  const indexes = directories.map(({ level, image }) => ({
    offsets: () => offsetsOf(level, image, starts.get(level) ?? 0, around),
    byteCounts: () => lengthsOf(image),
    count: image.table.kinds.length,
  }));
  const segments: RecipeSegment[] = [[BLOB_SOURCE_ID, await appendHeader(header, indexes, sink), header.dataOffset]];
  for (const level of levels.toReversed()) pushData(segments, level, around);
  return segments;
}

interface Directory {
  readonly level: LaidLevel;
  readonly image: LaidImage;
}

/** Full resolution, its mask, overviews, their masks: the order of GDAL's COG driver. */
function directoriesOf(levels: readonly LaidLevel[]): Directory[] {
  const images = levels.map((level): Directory => ({ level, image: level }));
  const masks = levels.flatMap((level): Directory[] =>
    level.mask === undefined ? [] : [{ level, image: level.mask }],
  );
  return [...images.slice(0, 1), ...masks.slice(0, 1), ...images.slice(1), ...masks.slice(1)];
}

/** Whether each tile of the mask can follow its tile of the image: not where bands are stored apart. */
function isInterleaved({ table, mask }: LaidLevel): boolean {
  return mask?.table.kinds.length === table.kinds.length;
}

/** The images of a level in the order of their data; those of one group take turns, tile by tile. */
function groupsOf(level: LaidLevel): readonly (readonly LaidImage[])[] {
  if (level.mask === undefined) return [[level]];
  return isInterleaved(level) ? [[level, level.mask]] : [[level], [level.mask]];
}

function payloadBytes({ table, filler }: LaidImage, tile: number): number {
  return table.kinds[tile] === TILE_EMPTY ? (filler?.payloadBytes ?? 0) : (table.lengths[tile] ?? 0);
}

function dataBytesOf(level: LaidLevel, around: number): number {
  let sum = 0;
  for (const image of groupsOf(level).flat()) {
    for (let tile = 0; tile < image.table.kinds.length; tile++) {
      const bytes = payloadBytes(image, tile);
      if (bytes > 0) sum += bytes + around;
    }
  }
  return sum;
}

function pushData(segments: RecipeSegment[], level: LaidLevel, around: number): void {
  for (const group of groupsOf(level)) {
    const tiles = group[0]?.table.kinds.length ?? 0;
    for (let tile = 0; tile < tiles; tile++) for (const image of group) pushTile(segments, image, tile, around);
  }
}

function pushTile(segments: RecipeSegment[], image: LaidImage, tile: number, around: number): void {
  const { table, filler } = image;
  const bytes = payloadBytes(image, tile);
  if (bytes === 0) return;
  const payload = table.kinds[tile] === TILE_EMPTY ? (filler?.offset ?? 0) : (table.offsets[tile] ?? 0);
  const source = table.kinds[tile] === TILE_COPIED ? SOURCE_ID : BLOB_SOURCE_ID;
  const offset = payload - around / 2;
  const last = segments.at(-1);
  // Joined at once: there may be millions of tiles, and far fewer runs of them.
  if (last !== undefined && last[0] === source && last[1] + last[2] === offset) last[2] += bytes + around;
  else segments.push([source, offset, bytes + around]);
}

interface IndexInput {
  offsets(): Generator<number>;
  byteCounts(): Generator<number>;
  readonly count: number;
}

/** Appends the header with the tile indexes behind it, in chunks, and returns where it lies in the blob. */
async function appendHeader(header: Header, indexes: readonly IndexInput[], sink: BlobSink): Promise<number> {
  const head = header.bytes;
  const late: { place: IndexPlace; values: () => Generator<number>; count: number }[] = [];
  indexes.forEach(({ offsets, byteCounts, count }, index) => {
    const arrays = [
      { place: header.offsets[index], values: offsets },
      { place: header.byteCounts[index], values: byteCounts },
    ];
    for (const { place, values } of arrays) {
      if (place === undefined) continue;
      if (place.offset < head.byteLength) writeValues(head, place, values(), header.byteOrder);
      else late.push({ place, values, count });
    }
  });
  late.sort((a, b) => a.place.offset - b.place.offset);
  const blobOffset = await sink.append(head);
  let at = head.byteLength;
  for (const { place, values, count } of late) {
    at = await appendZeros(sink, at, place.offset);
    at = await appendValues(sink, at, place.valueBytes, values(), count, header.byteOrder);
  }
  await appendZeros(sink, at, header.dataOffset);
  return blobOffset;
}

function* offsetsOf(level: LaidLevel, wanted: LaidImage, start: number, around: number): Generator<number> {
  let at = start;
  for (const group of groupsOf(level)) {
    const tiles = group[0]?.table.kinds.length ?? 0;
    for (let tile = 0; tile < tiles; tile++) {
      for (const image of group) {
        const bytes = payloadBytes(image, tile);
        if (image === wanted) yield bytes === 0 ? 0 : at + around / 2;
        if (bytes > 0) at += bytes + around;
      }
    }
  }
}

function* lengthsOf(image: LaidImage): Generator<number> {
  for (let tile = 0; tile < image.table.kinds.length; tile++) yield payloadBytes(image, tile);
}

function writeValues(
  bytes: Uint8Array,
  { offset, valueBytes }: IndexPlace,
  values: Iterable<number>,
  byteOrder: ByteOrder,
): void {
  const view = viewOf(bytes);
  const little = byteOrder === 'little';
  let at = offset;
  for (const value of values) {
    if (valueBytes === 8) view.setBigUint64(at, BigInt(value), little);
    else view.setUint32(at, value, little);
    at += valueBytes;
  }
}

async function appendValues(
  sink: BlobSink,
  at: number,
  valueBytes: 4 | 8,
  values: Generator<number>,
  count: number,
  byteOrder: ByteOrder,
): Promise<number> {
  for (let done = 0; done < count; done += ENTRIES_PER_CHUNK) {
    const chunk = new Uint8Array(Math.min(ENTRIES_PER_CHUNK, count - done) * valueBytes);
    writeValues(chunk, { offset: 0, valueBytes }, take(values, chunk.byteLength / valueBytes), byteOrder);
    await sink.append(chunk);
  }
  return at + count * valueBytes;
}

/** The next values of a generator, without ending it. */
function* take(values: Generator<number>, count: number): Generator<number> {
  for (let taken = 0; taken < count; taken++) yield values.next().value;
}

async function appendZeros(sink: BlobSink, from: number, to: number): Promise<number> {
  if (to > from) await sink.append(new Uint8Array(to - from));
  return to;
}
