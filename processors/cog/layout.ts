import { BLOB_SOURCE_ID, type RecipeSegment } from '../../cache/recipe.ts';
import type { BlobSink } from '../engine.ts';
import { viewOf } from './tiff.bytes.ts';
import { LEADER_BYTES, TRAILER_BYTES } from './tile.reads.ts';
import { TILE_COPIED, TILE_EMPTY, type TileTable } from './tile.table.ts';
import type { TiffTag } from './tiff.values.ts';
import { type Header, type IndexPlace, writeHeader } from './writer.ts';

/** A level ready to be laid out. */
export interface LaidLevel {
  readonly tags: readonly TiffTag[];
  readonly table: TileTable;
  /** Where an encoded tile of nodata with leader and trailer lies in the blob, when empty tiles are to be written. */
  readonly filler: { readonly offset: number; readonly payloadBytes: number } | null;
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
): Promise<RecipeSegment[]> {
  const before = hasLeaders ? LEADER_BYTES : 0;
  const around = hasLeaders ? LEADER_BYTES + TRAILER_BYTES : 0;
  const dataBytes = levels.reduce((sum, level) => sum + dataBytesOf(level, around), 0);
  const directories = levels.map(({ tags, table }) => ({ tags, tiles: table.kinds.length }));
  const classic = writeHeader(directories, false, hasLeaders);
  const bigTiff = classic.dataOffset + dataBytes > CLASSIC_BYTES_MAX;
  const header = bigTiff ? writeHeader(directories, true, hasLeaders) : classic;
  const starts: number[] = [];
  let at = header.dataOffset;
  for (const level of levels.toReversed()) {
    starts.unshift(at);
    at += dataBytesOf(level, around);
  }
  const segments: RecipeSegment[] = [
    [BLOB_SOURCE_ID, await appendHeader(levels, header, starts, around, sink), header.dataOffset],
  ];
  for (const level of levels.toReversed()) pushData(segments, level, before, around);
  return segments;
}

function payloadBytes({ table, filler }: LaidLevel, tile: number): number {
  return table.kinds[tile] === TILE_EMPTY ? (filler?.payloadBytes ?? 0) : (table.lengths[tile] ?? 0);
}

function dataBytesOf(level: LaidLevel, around: number): number {
  let sum = 0;
  for (let tile = 0; tile < level.table.kinds.length; tile++) {
    const bytes = payloadBytes(level, tile);
    if (bytes > 0) sum += bytes + around;
  }
  return sum;
}

function pushData(segments: RecipeSegment[], level: LaidLevel, before: number, around: number): void {
  const { table, filler } = level;
  for (let tile = 0; tile < table.kinds.length; tile++) {
    const bytes = payloadBytes(level, tile);
    if (bytes === 0) continue;
    const isFiller = table.kinds[tile] === TILE_EMPTY;
    const offset = isFiller ? (filler?.offset ?? 0) : (table.offsets[tile] ?? 0);
    const source = table.kinds[tile] === TILE_COPIED ? SOURCE_ID : BLOB_SOURCE_ID;
    segments.push([source, offset - before, bytes + around]);
  }
}

/** Appends the header with the tile indexes behind it, in chunks, and returns where it lies in the blob. */
async function appendHeader(
  levels: readonly LaidLevel[],
  header: Header,
  starts: readonly number[],
  around: number,
  sink: BlobSink,
): Promise<number> {
  const head = header.bytes;
  const late: { place: IndexPlace; values: () => Generator<number>; count: number }[] = [];
  levels.forEach((level, index) => {
    const start = starts[index] ?? 0;
    const arrays = [
      { place: header.offsets[index], values: () => offsetsOf(level, start, around) },
      { place: header.byteCounts[index], values: () => lengthsOf(level) },
    ];
    for (const { place, values } of arrays) {
      if (place === undefined) continue;
      if (place.offset < head.byteLength) writeValues(head, place, values());
      else late.push({ place, values, count: level.table.kinds.length });
    }
  });
  late.sort((a, b) => a.place.offset - b.place.offset);
  const blobOffset = await sink.append(head);
  let at = head.byteLength;
  for (const { place, values, count } of late) {
    at = await appendZeros(sink, at, place.offset);
    at = await appendValues(sink, at, place.valueBytes, values(), count);
  }
  await appendZeros(sink, at, header.dataOffset);
  return blobOffset;
}

function* offsetsOf(level: LaidLevel, start: number, around: number): Generator<number> {
  let at = start;
  for (let tile = 0; tile < level.table.kinds.length; tile++) {
    const bytes = payloadBytes(level, tile);
    yield bytes === 0 ? 0 : at + around / 2;
    if (bytes > 0) at += bytes + around;
  }
}

function* lengthsOf(level: LaidLevel): Generator<number> {
  for (let tile = 0; tile < level.table.kinds.length; tile++) yield payloadBytes(level, tile);
}

function writeValues(bytes: Uint8Array, { offset, valueBytes }: IndexPlace, values: Iterable<number>): void {
  const view = viewOf(bytes);
  let at = offset;
  for (const value of values) {
    if (valueBytes === 8) view.setBigUint64(at, BigInt(value), true);
    else view.setUint32(at, value, true);
    at += valueBytes;
  }
}

async function appendValues(
  sink: BlobSink,
  at: number,
  valueBytes: 4 | 8,
  values: Generator<number>,
  count: number,
): Promise<number> {
  for (let done = 0; done < count; done += ENTRIES_PER_CHUNK) {
    const chunk = new Uint8Array(Math.min(ENTRIES_PER_CHUNK, count - done) * valueBytes);
    writeValues(chunk, { offset: 0, valueBytes }, take(values, chunk.byteLength / valueBytes));
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
