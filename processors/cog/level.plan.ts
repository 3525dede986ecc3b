import type { BlobSink } from '../engine.ts';
import type { Image } from './image.ts';
import { releaseMemory } from '../memory.release.ts';
import type { LevelPlane } from './planes.ts';
import type { OverviewMaker } from './overview.ts';
import { fillNodata, allocateSamples, type Nodata, samplesOf } from './samples.ts';
import { BATCH_BYTES, batchesOf, type TileBatch } from './tile.batches.ts';
import { decodeTile, encodeTile } from './tile.codec.ts';
import { feedTiles } from './tile.feed.ts';
import type { SourceTile, TileJob, TileJobInput } from './tile.jobs.ts';
import { LEADER_BYTES, type TileReads, withLeaderAndTrailer } from './tile.reads.ts';
import { type RowRange, rowsWithPixels, uniteRows } from './tile.rows.ts';
import { TILE_COPIED, TILE_MADE } from './tile.table.ts';
import type { ClipLevel } from './window.ts';

/** What the tiles of a clip are made with. */
export interface TilesInput {
  /** In the order that they are planned in. */
  readonly parts: Iterable<TileJobInput>;
  /** All levels that have parts; their tables are filled in. */
  readonly planes: readonly LevelPlane[];
  /** What stands in made tiles outside. */
  readonly nodata: Nodata;
  readonly reads: TileReads;
  readonly sink: BlobSink;
  /** Called with the number of tiles that were done. */
  readonly onTiles: (count: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Copies or makes every tile of a clip, part by part, and writes those that are made to the blob. */
export async function planTiles(input: TilesInput): Promise<void> {
  const planner = new BatchPlanner(input);
  for await (const { slices, encoded } of feedTiles(input.parts, input.reads, input.signal)) {
    await planner.run([...batchesOf(slices)], encoded);
    for (const bytes of encoded.values()) releaseMemory(bytes);
  }
}

/** Encoded tiles by their offset in the source. */
type EncodedTiles = ReadonlyMap<number, Uint8Array>;
/** Plain samples of tiles by their offset in the source. */
type DecodedTiles = ReadonlyMap<number, Uint8Array>;

/**
 * Does batches one after another, three at a time: while the tiles of one are put together, threads decode those of
 * the next and encode those of the one before.
 */
class BatchPlanner {
  readonly #input: TilesInput;
  readonly #planes: ReadonlyMap<ClipLevel, LevelPlane>;
  readonly #tiles: SpareTiles;

  constructor(input: TilesInput) {
    this.#input = input;
    this.#planes = new Map(input.planes.map((plane) => [plane.level, plane]));
    this.#tiles = new SpareTiles(input.nodata);
  }

  async run(batches: readonly TileBatch[], encoded: EncodedTiles): Promise<void> {
    let decoding: Promise<DecodedTiles> | null = null;
    let writing: Promise<void> | null = null;
    try {
      for (const [index, batch] of batches.entries()) {
        this.#input.signal?.throwIfAborted();
        const decoded: DecodedTiles = await (decoding ?? decodeSources(batch, encoded));
        const next = batches[index + 1];
        // A job that is larger than a batch is done alone.
        const isAlone = next === undefined || Math.max(batch.bytes, next.bytes) > BATCH_BYTES;
        decoding = isAlone ? null : awaitedLater(decodeSources(next, encoded));
        const made: Promise<(Uint8Array | null)[]> = awaitedLater(this.#make(batch, decoded));
        for (const tile of decoded.values()) releaseMemory(tile);
        await writing;
        writing = awaitedLater(this.#write(batch, made));
        if (isAlone) await writing;
        if (batch.endsPart) batch.part.remake?.release();
        this.#input.onTiles(batch.tiles);
      }
    } finally {
      await Promise.allSettled([decoding, writing]);
    }
  }

  /** Puts tiles together at once and has them encoded; gives null for those that are copied or hold nothing. */
  #make({ part, jobs }: TileBatch, decoded: DecodedTiles): Promise<(Uint8Array | null)[]> {
    const { image } = part.level;
    const { empty, spare } = this.#tiles.of(image);
    const maker = jobs.length === 0 ? null : (part.remake?.maker() ?? null);
    const makeTile = async (job: TileJob): Promise<Uint8Array | null> => {
      if (job.kind === 'copy') {
        const tile = sourceOf(job, decoded);
        if (tile !== null) takeNeeded(part, job, tile);
        return null;
      }
      const tile = spare.pop() ?? allocateSamples(image.rawTileBytes);
      tile.set(empty);
      composeTile(part, maker, job, decoded, tile);
      takeNeeded(part, job, tile);
      const framed = Buffer.compare(tile, empty) === 0 ? null : await encodeFramed(image, tile);
      spare.push(tile);
      return framed;
    };
    return Promise.all(jobs.map(makeTile));
  }

  async #write({ part, jobs }: TileBatch, made: Promise<(Uint8Array | null)[]>): Promise<void> {
    const plane = this.#planes.get(part.level);
    if (plane === undefined) throw new Error('A level has no table.');
    const { table, firstTile } = plane;
    const framedTiles = await made;
    for (const [index, job] of jobs.entries()) {
      const framed = framedTiles[index] ?? null;
      if (job.copied !== null) {
        table.set(firstTile + job.tile, TILE_COPIED, job.copied.offset, job.copied.length);
      } else if (framed !== null) {
        const offset = await this.#input.sink.append(framed);
        table.set(firstTile + job.tile, TILE_MADE, offset + LEADER_BYTES, framed.byteLength - 2 * LEADER_BYTES);
        releaseMemory(framed);
      }
    }
  }
}

/** A promise whose failure is met later, if at all, and is not an unhandled one until then. */
function awaitedLater<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {});
  return promise;
}

/** Arrays of one decoded tile each. Tiles are made in the same few again: fresh ones would be much garbage. */
interface Tiles {
  /** All nodata. */
  readonly empty: Uint8Array;
  /** Free to be overwritten. */
  readonly spare: Uint8Array[];
}

/** Shared by levels whose tiles are of one size. */
class SpareTiles {
  readonly #nodata: Nodata;
  readonly #bySize = new Map<number, Tiles>();

  constructor(nodata: Nodata) {
    this.#nodata = nodata;
  }

  of({ rawTileBytes }: Image): Tiles {
    const known = this.#bySize.get(rawTileBytes);
    if (known !== undefined) return known;
    const tiles: Tiles = { empty: allocateSamples(rawTileBytes), spare: [] };
    fillNodata(tiles.empty, this.#nodata);
    this.#bySize.set(rawTileBytes, tiles);
    return tiles;
  }
}

/** The decoded tiles that jobs take pixels from, by their offset in the source; only rows that hold any of the clip. */
async function decodeSources({ part, jobs }: TileBatch, encoded: EncodedTiles): Promise<DecodedTiles> {
  const { coverage } = part;
  const { image } = part.level;
  const wanted = new Map<number, RowRange>();
  for (const source of jobs.flatMap(({ sources }) => sources)) {
    const rows = rowsWithPixels(coverage.touched, source, image.tileHeight);
    const { offset } = source.location;
    // Across a seam one tile of the source may lie at two places.
    wanted.set(offset, uniteRows(wanted.get(offset) ?? rows, rows));
  }
  const decoded = new Map<number, Uint8Array>();
  await Promise.all(
    Array.from(wanted, async ([offset, rows]) => {
      const bytes = encoded.get(offset);
      if (bytes !== undefined) decoded.set(offset, await decodeTile(image, bytes, rows));
    }),
  );
  return decoded;
}

async function encodeFramed(image: Image, tile: Uint8Array): Promise<Uint8Array> {
  const payload = await encodeTile(image, tile);
  const framed = withLeaderAndTrailer(payload);
  // What is not compressed is the tile itself.
  if (payload.buffer !== tile.buffer) releaseMemory(payload);
  return framed;
}

function sourceOf(job: TileJob, decoded: DecodedTiles): Uint8Array | null {
  const [source] = job.sources;
  return source === undefined ? null : (decoded.get(source.location.offset) ?? null);
}

function takeNeeded({ level: { image }, needed }: TileJobInput, { column, row }: TileJob, tile: Uint8Array): void {
  for (const part of needed) part.take(tile, image.tileWidth, image.tileHeight, column, row);
}

/** Puts a tile of nodata together: pure pixels from the source, others made from the finer level. */
function composeTile(
  part: TileJobInput,
  maker: OverviewMaker | null,
  job: TileJob,
  decoded: DecodedTiles,
  tile: Uint8Array,
): void {
  for (const from of job.sources) {
    const source = decoded.get(from.location.offset);
    if (source !== undefined) copyPure(part, job, tile, source, from);
  }
  if (maker !== null) remakePixels(part, maker, job, tile);
}

function copyPure(
  { level, coverage }: TileJobInput,
  job: TileJob,
  tile: Uint8Array,
  source: Uint8Array,
  { column: sourceColumn, row: sourceRow, endColumn }: SourceTile,
): void {
  const { tileWidth, tileHeight, samples } = level.image;
  const { bytesPerPixel } = samples;
  const { columns } = coverage.pure;
  // Copies without a view of each run.
  const pixels = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const start = Math.max(job.column, sourceColumn);
  const end = Math.min(job.column + tileWidth, endColumn);
  const endRow = Math.min(job.row, sourceRow) + tileHeight;
  for (let row = Math.max(job.row, sourceRow); row < endRow; row++) {
    const last = coverage.pure.runsEnd(row);
    for (let at = coverage.pure.runsStart(row); at < last; at += 2) {
      const runStart = Math.max(start, columns[at] ?? 0);
      const runEnd = Math.min(end, columns[at + 1] ?? 0);
      if (runStart >= runEnd) continue;
      const from = ((row - sourceRow) * tileWidth + runStart - sourceColumn) * bytesPerPixel;
      const to = ((row - job.row) * tileWidth + runStart - job.column) * bytesPerPixel;
      pixels.copy(tile, to, from, from + (runEnd - runStart) * bytesPerPixel);
    }
  }
}

function remakePixels({ level, remake }: TileJobInput, maker: OverviewMaker, job: TileJob, tile: Uint8Array): void {
  if (remake === null) return;
  const { tileWidth, tileHeight, samples } = level.image;
  const out = samplesOf(samples, tile);
  const { columns } = remake.pixels;
  for (let row = job.row; row < job.row + tileHeight; row++) {
    const last = remake.pixels.runsEnd(row);
    for (let at = remake.pixels.runsStart(row); at < last; at += 2) {
      const start = Math.max(job.column, columns[at] ?? 0);
      const end = Math.min(job.column + tileWidth, columns[at + 1] ?? 0);
      if (start >= end) continue;
      const pixel = (row - job.row) * tileWidth + start - job.column;
      maker.makeRun(row, start, end, out, pixel * samples.samplesPerPixel);
    }
  }
}
