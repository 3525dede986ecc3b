import type { JobSlice } from './tile.feed.ts';
import type { TileJob, TileJobInput } from './tile.jobs.ts';

/** Decoded tiles of one batch, those read and those made; enough for the thread pool, as two are worked on at a time. */
export const BATCH_BYTES = 2 << 20;

/** Jobs of one part of a level that are done together. */
export interface TileBatch {
  readonly part: TileJobInput;
  readonly jobs: readonly TileJob[];
  /** Decoded tiles that they read and make; more than {@link BATCH_BYTES} only for a single job. */
  readonly bytes: number;
  /** Whether the part ends with them. */
  readonly endsPart: boolean;
  /** Places of the level's grid that end with them, empty ones too. */
  readonly tiles: number;
}

/** Jobs in their order, as many at a time as decoded tiles may be held; one batch at least for each slice. */
export function* batchesOf(slices: Iterable<JobSlice>): Generator<TileBatch, void, undefined> {
  for (const { input: part, jobs, isLast, tiles } of slices) {
    const { rawTileBytes } = part.level.image;
    let batch: TileJob[] = [];
    let bytes = 0;
    for (const job of jobs) {
      const jobBytes = (job.sources.length + (job.kind === 'make' ? 1 : 0)) * rawTileBytes;
      if (bytes + jobBytes > BATCH_BYTES && batch.length > 0) {
        yield { part, jobs: batch, bytes, endsPart: false, tiles: 0 };
        batch = [];
        bytes = 0;
      }
      batch.push(job);
      bytes += jobBytes;
    }
    yield { part, jobs: batch, bytes, endsPart: isLast, tiles };
  }
}
