import type { BlobSink } from '../engine.ts';
import type { Coverage } from './coverage.ts';
import type { Image } from './image.ts';
import { releaseMemory } from './memory.release.ts';
import type { OverviewMaker } from './overview.ts';
import { fillNodata, allocateSamples, type Nodata, samplesOf } from './samples.ts';
import type { Spans } from './spans.ts';
import type { SparsePixels } from './sparse.pixels.ts';
import { decodeTile, encodeTile } from './tile.codec.ts';
import { type SourceTile, type TileJob, tileRowJobs } from './tile.jobs.ts';
import { LEADER_BYTES, type TileReads, withLeaderAndTrailer } from './tile.reads.ts';
import { TILE_COPIED, TILE_MADE, TileTable } from './tile.table.ts';
import type { ClipLevel } from './window.ts';

/** Decoded tiles held at a time; enough for the thread pool and for reads to be fetched together. */
const BATCH_BYTES = 4 << 20;
/** Copied tiles cost a batch next to nothing; this bounds the reads that check their leaders. */
const BATCH_JOBS = 1024;

/** What one level of a clip is made with. */
export interface LevelInput {
  readonly level: ClipLevel;
  readonly coverage: Coverage;
  /** Pixels that the source's values cannot be used for, and what makes them; null at full resolution. */
  readonly remake: { readonly pixels: Spans; readonly maker: OverviewMaker } | null;
  /** Takes the pixels that the next overview is made of; null at the last level. */
  readonly needed: SparsePixels | null;
  /** Whether tiles that the boundary crosses are copied too. */
  readonly copiesEdges: boolean;
  /** What stands in made tiles outside. */
  readonly nodata: Nodata;
  readonly reads: TileReads;
  readonly sink: BlobSink;
  readonly onTileRow: () => void;
  readonly signal: AbortSignal | undefined;
}

/** Decides on every tile of a level and writes those that have to be made to the blob, row by row. */
export async function planLevel(input: LevelInput): Promise<TileTable> {
  const { level } = input;
  const table = new TileTable(level);
  const empty = allocateSamples(level.image.rawTileBytes);
  fillNodata(empty, input.nodata);
  // Tiles are made in the same few arrays again: fresh ones would keep the garbage collector busy.
  const tiles: Tiles = { empty, spare: [] };
  let ahead: FetchedBatch | null = null;
  for await (const jobs of batchesOf(input)) {
    input.signal?.throwIfAborted();
    const encoded = input.reads.read(jobs, input.signal);
    // Awaited below; should the batch before fail first, it must not end the process.
    encoded.catch(() => undefined);
    // One batch is fetched while the one before is decoded: else each would wait for the network.
    if (ahead !== null) await runBatch(input, table, tiles, ahead);
    ahead = { jobs, encoded };
  }
  if (ahead !== null) await runBatch(input, table, tiles, ahead);
  return table;
}

/** Arrays of one decoded tile each. */
interface Tiles {
  /** All nodata. */
  readonly empty: Uint8Array;
  /** Free to be overwritten. */
  readonly spare: Uint8Array[];
}

interface FetchedBatch {
  readonly jobs: readonly TileJob[];
  readonly encoded: Promise<Map<number, Uint8Array>>;
}

/** The level's tiles that are not left out, row by row, as many at a time as may be held. */
async function* batchesOf(input: LevelInput): AsyncGenerator<TileJob[]> {
  const { level } = input;
  let batch: TileJob[] = [];
  let batchBytes = 0;
  for (let tileRow = 0; tileRow < level.tilesDown; tileRow++) {
    for (const job of await tileRowJobs(input, tileRow)) {
      const jobBytes = (job.sources.length + (job.kind === 'make' ? 1 : 0)) * level.image.rawTileBytes;
      if (batchBytes + jobBytes > BATCH_BYTES || batch.length >= BATCH_JOBS) {
        yield batch;
        batch = [];
        batchBytes = 0;
      }
      batch.push(job);
      batchBytes += jobBytes;
    }
    input.onTileRow();
  }
  yield batch;
}

async function runBatch(
  input: LevelInput,
  table: TileTable,
  { empty, spare }: Tiles,
  { jobs, encoded: fetched }: FetchedBatch,
): Promise<void> {
  const { image } = input.level;
  const encoded = await fetched;
  const decoded = new Map<number, Uint8Array>();
  await Promise.all(
    Array.from(encoded, async ([offset, bytes]) => decoded.set(offset, await decodeTile(image, bytes))),
  );
  const made = await Promise.all(
    jobs.map(async (job) => {
      if (job.kind === 'copy') {
        const tile = sourceOf(job, decoded);
        if (tile !== null) takeNeeded(input, job, tile);
        return null;
      }
      const tile = spare.pop() ?? allocateSamples(image.rawTileBytes);
      tile.set(empty);
      composeTile(input, job, decoded, tile);
      takeNeeded(input, job, tile);
      const framed = Buffer.compare(tile, empty) === 0 ? null : await encodeFramed(image, tile);
      spare.push(tile);
      return framed;
    }),
  );
  for (const tile of decoded.values()) releaseMemory(tile);
  for (const [index, job] of jobs.entries()) {
    const framed = made[index] ?? null;
    if (job.copied !== null) {
      table.set(job.tile, TILE_COPIED, job.copied.offset, job.copied.length);
    } else if (framed !== null) {
      const offset = await input.sink.append(framed);
      table.set(job.tile, TILE_MADE, offset + LEADER_BYTES, framed.byteLength - 2 * LEADER_BYTES);
      releaseMemory(framed);
    }
  }
}

async function encodeFramed(image: Image, tile: Uint8Array): Promise<Uint8Array> {
  const payload = await encodeTile(image, tile);
  const framed = withLeaderAndTrailer(payload);
  // What is not compressed is the tile itself.
  if (payload.buffer !== tile.buffer) releaseMemory(payload);
  return framed;
}

function sourceOf(job: TileJob, decoded: ReadonlyMap<number, Uint8Array>): Uint8Array | null {
  const [source] = job.sources;
  return source === undefined ? null : (decoded.get(source.location.offset) ?? null);
}

function takeNeeded({ level, needed }: LevelInput, job: TileJob, tile: Uint8Array): void {
  needed?.take(tile, level.image.tileWidth, level.image.tileHeight, job.column, job.row);
}

/** Puts a tile of nodata together: pure pixels from the source, others made from the finer level. */
function composeTile(
  input: LevelInput,
  job: TileJob,
  decoded: ReadonlyMap<number, Uint8Array>,
  tile: Uint8Array,
): void {
  for (const from of job.sources) {
    const source = decoded.get(from.location.offset);
    if (source !== undefined) copyPure(input, job, tile, source, from);
  }
  if (input.remake !== null) remakePixels(input, input.remake, job, tile);
}

function copyPure(
  { level, coverage }: LevelInput,
  job: TileJob,
  tile: Uint8Array,
  source: Uint8Array,
  { column: sourceColumn, row: sourceRow, endColumn }: SourceTile,
): void {
  const { tileWidth, tileHeight, samples } = level.image;
  const { bytesPerPixel } = samples;
  const start = Math.max(job.column, sourceColumn);
  const end = Math.min(job.column + tileWidth, endColumn);
  const endRow = Math.min(job.row, sourceRow) + tileHeight;
  for (let row = Math.max(job.row, sourceRow); row < endRow; row++) {
    const runs = coverage.pure.runsWithin(row, start, end);
    for (let at = 0; at + 1 < runs.length; at += 2) {
      const runStart = runs[at] ?? 0;
      const runEnd = runs[at + 1] ?? 0;
      const from = ((row - sourceRow) * tileWidth + runStart - sourceColumn) * bytesPerPixel;
      const to = ((row - job.row) * tileWidth + runStart - job.column) * bytesPerPixel;
      tile.set(source.subarray(from, from + (runEnd - runStart) * bytesPerPixel), to);
    }
  }
}

function remakePixels(
  { level }: LevelInput,
  { pixels, maker }: NonNullable<LevelInput['remake']>,
  job: TileJob,
  tile: Uint8Array,
): void {
  const { tileWidth, tileHeight, samples } = level.image;
  const out = samplesOf(samples, tile);
  for (let row = job.row; row < job.row + tileHeight; row++) {
    const runs = pixels.runsWithin(row, job.column, job.column + tileWidth);
    for (let at = 0; at + 1 < runs.length; at += 2) {
      for (let column = runs[at] ?? 0; column < (runs[at + 1] ?? 0); column++) {
        const pixel = (row - job.row) * tileWidth + column - job.column;
        maker.make(column, row, out, pixel * samples.samplesPerPixel);
      }
    }
  }
}
