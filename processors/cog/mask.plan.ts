import { runAhead } from '../../cache/ahead.ts';
import type { RangeReader } from '../../cache/range.ts';
import type { BlobSink } from '../engine.ts';
import { countByTile } from './classify.ts';
import type { ClipContext } from './clip.context.ts';
import { deflate } from './codec.deflate.ts';
import { maskTags } from './directory.ts';
import type { LaidImage } from './layout.ts';
import { clearBit, hasBit, maskRowBytes, maskTile } from './mask.bits.ts';
import { decodeMaskTile, type SourceMask } from './mask.source.ts';
import { releaseMemory } from '../memory.release.ts';
import type { Spans } from './spans.ts';
import type { TileLocation } from './tile.index.ts';
import { LEADER_BYTES, withLeaderAndTrailer } from './tile.reads.ts';
import { RepeatedTile } from './tile.repeated.ts';
import { TILE_MADE, TileTable } from './tile.table.ts';
import type { ClipLevel } from './window.ts';

/** Mask tiles made at a time: enough for the thread pool. */
const BATCH_TILES = 8;
/** Ends a batch of tiles that cost nothing but the number that is kept of each. */
const FULL_TILES = 4096;
/** Memory of a job, about. */
const JOB_BYTES = 64;
/** Encoded tiles of the source's mask held or under way; they are seldom larger than decoded ones. */
const READ_AHEAD_BYTES = 4 << 20;

/** What the mask of one level is made of. */
interface MaskInput {
  readonly level: ClipLevel;
  /** Pixels of the level that show nothing from outside, in pixels of the source image. */
  readonly valid: Spans;
  /** The source's own mask of this image; a pixel has to be valid in both. */
  readonly sourceMask: SourceMask | null;
  readonly reader: RangeReader;
  /** Whether tiles of the clip have leaders and trailers. */
  readonly isFramed: boolean;
  readonly sink: BlobSink;
  readonly signal: AbortSignal | undefined;
}

/** Plans the mask of a level, ready to be laid out. */
export async function layMask(
  { input, reads }: ClipContext,
  level: ClipLevel,
  isMain: boolean,
  valid: Spans,
  sourceMask: SourceMask | null,
): Promise<LaidImage> {
  const { source: reader, sink, signal } = input;
  const table = await planMask({ level, valid, sourceMask, reader, isFramed: reads.hasLeaders, sink, signal });
  return { tags: maskTags(level, isMain), table, filler: null };
}

/** Makes the tiles of a level's mask and writes them to the blob. Tiles that are valid all over share a few. */
async function planMask(input: MaskInput): Promise<TileTable> {
  const table = new TileTable(input.level);
  let full: RepeatedTile | null = null;
  const batches = runAhead(batchesOf(input), {
    start: ({ jobs }, signal) => readSource(input, jobs, signal),
    sizeOf: ({ jobs, full: { length } }) => jobs.length * (input.sourceMask?.rawTileBytes ?? JOB_BYTES) + length * 8,
    bytesMax: READ_AHEAD_BYTES,
    signal: input.signal,
  });
  for await (const { item, result: encoded } of batches) {
    for (const tile of item.full) {
      full ??= await writeFull(input);
      const { offset, length } = full.next();
      table.set(tile, TILE_MADE, offset, length);
    }
    await runBatch(input, table, item.jobs, encoded);
  }
  return table;
}

interface MaskJob {
  readonly tile: number;
  readonly column: number;
  readonly row: number;
}

/** Tiles of a mask that follow each other. */
interface MaskBatch {
  /** Tiles to be made. */
  readonly jobs: MaskJob[];
  /** Numbers of tiles that are valid all over. */
  readonly full: number[];
}

/** Decides on the tiles of a level's mask, row by row. */
function* batchesOf({ level, valid, sourceMask }: MaskInput): Generator<MaskBatch, void, undefined> {
  const { tileWidth, tileHeight } = level.image;
  const counts = new Uint32Array(level.tilesAcross);
  let batch: MaskBatch = { jobs: [], full: [] };
  for (let tileRow = 0; tileRow < level.tilesDown; tileRow++) {
    const row = level.originRow + tileRow * tileHeight;
    const endRow = Math.min(row + tileHeight, level.originRow + level.height);
    countByTile(valid, row, endRow, level.originColumn, tileWidth, counts);
    for (let tileColumn = 0; tileColumn < counts.length; tileColumn++) {
      const count = counts[tileColumn] ?? 0;
      if (count === 0) continue;
      const column = level.originColumn + tileColumn * tileWidth;
      const tile = tileRow * level.tilesAcross + tileColumn;
      const endColumn = Math.min(column + tileWidth, level.originColumn + level.width);
      const isFull = sourceMask === null && count === (endColumn - column) * (endRow - row);
      if (isFull) batch.full.push(tile);
      else batch.jobs.push({ tile, column, row });
      if (batch.jobs.length < BATCH_TILES && batch.full.length < FULL_TILES) continue;
      yield batch;
      batch = { jobs: [], full: [] };
    }
  }
  yield batch;
}

async function runBatch(
  input: MaskInput,
  table: TileTable,
  jobs: readonly MaskJob[],
  encoded: ReadonlyMap<number, Uint8Array>,
): Promise<void> {
  const { tileWidth, tileHeight } = input.level.image;
  const decoded = await decodeSource(input.sourceMask, encoded);
  const made = await Promise.all(
    jobs.map(async ({ column, row }) => {
      const bits = maskTile(input.valid, column, row, tileWidth, tileHeight);
      if (input.sourceMask !== null) clearMasked(bits, input.sourceMask, decoded, column, row);
      const payload = bits.some((byte) => byte !== 0) ? await deflate(bits) : null;
      releaseMemory(bits);
      return payload;
    }),
  );
  for (const [index, { tile }] of jobs.entries()) {
    const payload = made[index] ?? null;
    if (payload === null) continue;
    const { offset, length } = await appendPayload(input.sink, payload);
    releaseMemory(payload);
    table.set(tile, TILE_MADE, offset, length);
  }
}

/** Writes tiles that are valid all over, to stand at all such places. */
async function writeFull({ level, isFramed, sink }: MaskInput): Promise<RepeatedTile> {
  const { tileWidth, tileHeight } = level.image;
  const payload = await deflate(new Uint8Array(maskRowBytes(tileWidth) * tileHeight).fill(0xff));
  return RepeatedTile.write(payload, level.tilesAcross * level.tilesDown, isFramed, sink);
}

async function appendPayload(sink: BlobSink, payload: Uint8Array): Promise<TileLocation> {
  const offset = await sink.append(withLeaderAndTrailer(payload));
  return { offset: offset + LEADER_BYTES, length: payload.byteLength };
}

/** Encoded tiles of the source's mask under the jobs, by their number; those left out of the file are missing. */
async function readSource(
  { sourceMask: mask, level, reader }: MaskInput,
  jobs: readonly MaskJob[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, Uint8Array>> {
  if (mask === null || jobs.length === 0) return new Map();
  const tiles = [...new Set(jobs.flatMap(({ column, row }) => tilesUnder(mask, level, column, row)))];
  const locations = await mask.index.locate(tiles.map((first) => ({ first, count: 1 })));
  const located = tiles.flatMap((tile, index) => {
    const [location = null] = locations[index] ?? [];
    return location === null ? [] : { tile, offset: location.offset, length: location.length };
  });
  const encoded = await reader.readMany(
    located.map(({ offset, length }) => ({ offset, length })),
    signal,
  );
  return new Map(located.map(({ tile }, index) => [tile, encoded[index] ?? new Uint8Array(0)]));
}

async function decodeSource(
  mask: SourceMask | null,
  encoded: ReadonlyMap<number, Uint8Array>,
): Promise<ReadonlyMap<number, Uint8Array>> {
  if (mask === null) return new Map();
  const tiles = Array.from(encoded, async ([tile, bytes]) => [tile, await decodeMaskTile(mask, bytes)] as const);
  return new Map(await Promise.all(tiles));
}

/** Numbers of the tiles of the source's mask that a tile of the level lies on: one, or up to four. */
function tilesUnder(mask: SourceMask, { image }: ClipLevel, column: number, row: number): number[] {
  const firstColumn = Math.floor(column / mask.tileWidth);
  const endColumn = Math.min(mask.tilesAcross, Math.ceil((column + image.tileWidth) / mask.tileWidth));
  const endRow = Math.min(mask.tilesDown, Math.ceil((row + image.tileHeight) / mask.tileHeight));
  const tiles: number[] = [];
  for (let tileRow = Math.floor(row / mask.tileHeight); tileRow < endRow; tileRow++) {
    for (let tileColumn = firstColumn; tileColumn < endColumn; tileColumn++) {
      tiles.push(tileRow * mask.tilesAcross + tileColumn);
    }
  }
  return tiles;
}

/** Clears the bits of pixels that the source's mask leaves out. */
function clearMasked(
  bits: Uint8Array,
  mask: SourceMask,
  decoded: ReadonlyMap<number, Uint8Array>,
  column: number,
  row: number,
): void {
  const { tileWidth, tileHeight, tilesAcross } = mask;
  const rowBytes = maskRowBytes(tileWidth);
  for (let y = 0; y < tileHeight; y++) {
    const sourceTileRow = Math.floor((row + y) / tileHeight) * tilesAcross;
    const sourceY = (row + y) % tileHeight;
    for (let x = 0; x < tileWidth; x++) {
      if (!hasBit(bits, rowBytes, x, y)) continue;
      const source = decoded.get(sourceTileRow + Math.floor((column + x) / tileWidth));
      const sourceX = (column + x) % tileWidth;
      if (source === undefined || !hasBit(source, rowBytes, sourceX, sourceY)) clearBit(bits, rowBytes, x, y);
    }
  }
}
