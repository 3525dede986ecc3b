import { setImmediate } from 'node:timers/promises';
import { runAhead } from '../../cache/ahead.ts';
import type { TileLocation, TileLocator } from './tile.index.ts';
import { type TileJob, type TileJobInput, type TileRow, tileRowJobs, tileRowOf } from './tile.jobs.ts';

/** Rows of tiles looked up in one go: their places in the index lie near each other. */
const BLOCK_ROWS = 16;
/** Ends a block of long rows: some 100 KiB of a BigTIFF's index. */
const BLOCK_TILES = 8 * 1024;
/** Ends a block of overview parts with a jagged boundary. */
const BLOCK_PART_BYTES = 256 * 1024;
/** Bytes that one located tile takes in memory, about. */
const LOCATION_BYTES = 64;
/** Tiles located ahead: few enough to be held, enough that several blocks are on their way at a time. */
const AHEAD_BYTES = 16 * 1024 * LOCATION_BYTES;

/** What was decided on one row of the tiles of a part. */
export interface ScannedRow {
  readonly input: TileJobInput;
  readonly tileRow: number;
  readonly jobs: readonly TileJob[];
}

interface RowToScan {
  readonly input: TileJobInput;
  readonly tileRow: number;
  /** Null when the clip holds nothing of it. */
  readonly row: TileRow | null;
}

/** Rows that are looked up together. */
interface Block {
  readonly rows: RowToScan[];
  tiles: number;
  /** What its overview parts take, of which each is counted with its own tiles. */
  partBytes: number;
}

type Locations = (TileLocation | null)[][];

/**
 * Decides on the tiles of all parts, row by row. Only what lies under the clip of the source's tile index is read, a
 * block of rows at a time, the next ones ahead.
 *
 * @param parts each is asked for only when scanning has come so far
 * @throws {Problem} as {@link TileLocator} and its reader do.
 */
export async function* scanTiles(parts: Iterable<TileJobInput>): AsyncGenerator<ScannedRow, void, undefined> {
  const located = runAhead(blocksOf(parts), {
    start: ({ rows }) => locate(rows),
    sizeOf: ({ tiles, rows, partBytes }) => (tiles + rows.length) * LOCATION_BYTES + partBytes,
    bytesMax: AHEAD_BYTES,
  });
  for await (const { item, result: locations } of located) {
    for (const [index, { input, tileRow, row }] of item.rows.entries()) {
      yield { input, tileRow, jobs: row === null ? [] : tileRowJobs(input, row, locations[index] ?? []) };
    }
  }
}

async function* blocksOf(parts: Iterable<TileJobInput>): AsyncGenerator<Block, void, undefined> {
  let block: Block = { rows: [], tiles: 0, partBytes: 0 };
  for (const input of parts) {
    for (let tileRow = input.part.firstRow; tileRow < input.part.endRow; tileRow++) {
      const row = tileRowOf(input, tileRow);
      block.rows.push({ input, tileRow, row });
      block.partBytes += input.remake?.plannedBytes ?? 0;
      for (const { run } of row?.stretches ?? []) block.tiles += run.count;
      const isSmall = block.tiles < BLOCK_TILES && block.partBytes < BLOCK_PART_BYTES;
      if (block.rows.length < BLOCK_ROWS && isSmall) continue;
      yield block;
      block = { rows: [], tiles: 0, partBytes: 0 };
      // Requests that were made meanwhile are sent before more is worked out.
      await setImmediate();
    }
  }
  if (block.rows.length > 0) yield block;
}

/** Locations of the source's tiles under each row, by its stretches: of one image all in one go. */
async function locate(rows: readonly RowToScan[]): Promise<Locations[]> {
  const byImage = new Map<TileLocator, number[]>();
  for (const [at, { input }] of rows.entries()) {
    const { index } = input.level.image;
    byImage.set(index, [...(byImage.get(index) ?? []), at]);
  }
  const found: Locations[] = rows.map(() => []);
  await Promise.all(
    Array.from(byImage, async ([index, places]) => {
      const stretches = places.flatMap((at) => rows[at]?.row?.stretches.map(({ run }) => ({ at, run })) ?? []);
      const locations = await index.locate(stretches.map(({ run }) => run));
      for (const [number, { at }] of stretches.entries()) found[at]?.push(locations[number] ?? []);
    }),
  );
  return found;
}
