import type { RangeReader } from '../../cache/range.ts';
import type { BlobSink } from '../engine.ts';
import { countByTile } from './classify.ts';
import type { ClipContext } from './clip.context.ts';
import { deflate } from './codec.deflate.ts';
import { maskTags } from './directory.ts';
import type { LaidImage } from './layout.ts';
import { clearBit, hasBit, maskRowBytes, maskTile } from './mask.bits.ts';
import { decodeMaskTile, type SourceMask } from './mask.source.ts';
import type { Spans } from './spans.ts';
import type { TileLocation } from './tile.index.ts';
import { LEADER_BYTES, withLeaderAndTrailer } from './tile.reads.ts';
import { TILE_MADE, TileTable } from './tile.table.ts';
import type { ClipLevel } from './window.ts';

/** Mask tiles made at a time: enough for the thread pool. */
const BATCH_TILES = 32;

/** What the mask of one level is made of. */
interface MaskInput {
  readonly level: ClipLevel;
  /** Pixels of the level that show nothing from outside, in pixels of the source image. */
  readonly valid: Spans;
  /** The source's own mask of this image; a pixel has to be valid in both. */
  readonly sourceMask: SourceMask | null;
  readonly reader: RangeReader;
  readonly sink: BlobSink;
  readonly signal: AbortSignal | undefined;
}

/** Plans the mask of a level, ready to be laid out. */
export async function layMask(
  { input }: ClipContext,
  level: ClipLevel,
  isMain: boolean,
  valid: Spans,
  sourceMask: SourceMask | null,
): Promise<LaidImage> {
  const { source: reader, sink, signal } = input;
  const table = await planMask({ level, valid, sourceMask, reader, sink, signal });
  return { tags: maskTags(level, isMain), table, filler: null };
}

/** Makes the tiles of a level's mask and writes them to the blob. Tiles that are valid all over share one. */
async function planMask(input: MaskInput): Promise<TileTable> {
  const { level, valid, sourceMask } = input;
  const { tileWidth, tileHeight } = level.image;
  const table = new TileTable(level);
  const counts = new Uint32Array(level.tilesAcross);
  let full: { offset: number; length: number } | null = null;
  let batch: MaskJob[] = [];
  for (let tileRow = 0; tileRow < level.tilesDown; tileRow++) {
    const row = level.originRow + tileRow * tileHeight;
    const endRow = Math.min(row + tileHeight, level.originRow + level.height);
    countByTile(valid, row, endRow, level.originColumn, tileWidth, counts);
    for (const [tileColumn, count] of counts.entries()) {
      if (count === 0) continue;
      const column = level.originColumn + tileColumn * tileWidth;
      const tile = tileRow * level.tilesAcross + tileColumn;
      const endColumn = Math.min(column + tileWidth, level.originColumn + level.width);
      if (sourceMask === null && count === (endColumn - column) * (endRow - row)) {
        full ??= await appendTile(input.sink, new Uint8Array(maskRowBytes(tileWidth) * tileHeight).fill(0xff));
        table.set(tile, TILE_MADE, full.offset, full.length);
        continue;
      }
      batch.push({ tile, column, row });
      if (batch.length < BATCH_TILES) continue;
      await runBatch(input, table, batch);
      batch = [];
    }
  }
  await runBatch(input, table, batch);
  return table;
}

interface MaskJob {
  readonly tile: number;
  readonly column: number;
  readonly row: number;
}

async function runBatch(input: MaskInput, table: TileTable, jobs: readonly MaskJob[]): Promise<void> {
  input.signal?.throwIfAborted();
  const { tileWidth, tileHeight } = input.level.image;
  const decoded = await readSource(input, jobs);
  const made = await Promise.all(
    jobs.map(async ({ column, row }) => {
      const bits = maskTile(input.valid, column, row, tileWidth, tileHeight);
      if (input.sourceMask !== null) clearMasked(bits, input.sourceMask, decoded, column, row);
      return bits.some((byte) => byte !== 0) ? deflate(bits) : null;
    }),
  );
  for (const [index, { tile }] of jobs.entries()) {
    const payload = made[index] ?? null;
    if (payload === null) continue;
    const { offset, length } = await appendPayload(input.sink, payload);
    table.set(tile, TILE_MADE, offset, length);
  }
}

async function appendTile(sink: BlobSink, bits: Uint8Array): Promise<TileLocation> {
  return appendPayload(sink, await deflate(bits));
}

async function appendPayload(sink: BlobSink, payload: Uint8Array): Promise<TileLocation> {
  const offset = await sink.append(withLeaderAndTrailer(payload));
  return { offset: offset + LEADER_BYTES, length: payload.byteLength };
}

/** Decoded tiles of the source's mask under the jobs, by their number; those left out of the file are missing. */
async function readSource(input: MaskInput, jobs: readonly MaskJob[]): Promise<ReadonlyMap<number, Uint8Array>> {
  const { sourceMask: mask, level } = input;
  const decoded = new Map<number, Uint8Array>();
  if (mask === null || jobs.length === 0) return decoded;
  const tiles = new Set(jobs.flatMap(({ column, row }) => tilesUnder(mask, level, column, row)));
  const located: (TileLocation & { tile: number })[] = [];
  for (const tile of tiles) {
    const [location = null] = await mask.index.locate(tile, 1);
    if (location !== null) located.push({ tile, ...location });
  }
  located.sort((a, b) => a.offset - b.offset);
  const encoded = await input.reader.readMany(
    located.map(({ offset, length }) => ({ offset, length })),
    input.signal,
  );
  await Promise.all(
    located.map(async ({ tile }, index) => {
      decoded.set(tile, await decodeMaskTile(mask, encoded[index] ?? new Uint8Array(0)));
    }),
  );
  return decoded;
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
