import { runAhead } from '../../cache/ahead.ts';
import type { TileJob, TileJobInput } from './tile.jobs.ts';
import type { TileReads } from './tile.reads.ts';
import { scanTiles } from './tile.scan.ts';

/** Encoded tiles that are asked for in one go: enough that near ones mostly are, few enough that work begins early. */
const GROUP_BYTES = 2 << 20;
/** Tiles that are only copied cost next to nothing; this bounds the reads that check their leaders. */
const GROUP_JOBS = 1024;
/** Memory of a job, about, with what is left of it until garbage is collected. */
const JOB_BYTES = 1024;
/** Encoded tiles held or under way: what a line of 1 Gbit/s carries in the 60 ms that a far store takes to answer. */
const READ_AHEAD_BYTES = 8 << 20;

/** Jobs that follow each other. */
interface JobGroup {
  readonly slices: JobSlice[];
  jobs: number;
  /** Encoded bytes that they need. */
  bytes: number;
  /** What their overview parts take. */
  partBytes: number;
}

/** Jobs of one part of a level that follow each other. */
export interface JobSlice {
  readonly input: TileJobInput;
  readonly jobs: TileJob[];
  /** Places of the level's grid that end with these jobs, empty ones too. */
  tiles: number;
  /** Whether they are the last of their part. */
  isLast: boolean;
}

/** Jobs with the encoded tiles they need, by their offset in the source. */
export interface FetchedJobs {
  readonly slices: readonly JobSlice[];
  readonly encoded: ReadonlyMap<number, Uint8Array>;
}

/**
 * The tiles of all levels of a clip, part by part, read ahead of the work on them: while tiles are decoded, those of
 * later rows and other levels are on their way. Leaving the loop ends the reads under way.
 *
 * @param parts in the order they will be taken; each is asked for only when reading has come so far
 */
export async function* feedTiles(
  parts: Iterable<TileJobInput>,
  reads: TileReads,
  signal: AbortSignal | undefined,
): AsyncGenerator<FetchedJobs, void, undefined> {
  const fetched = runAhead(groupsOf(parts), {
    start: ({ slices }, either) => {
      return reads.read(
        slices.flatMap(({ jobs }) => jobs),
        either,
      );
    },
    sizeOf: ({ bytes, jobs, partBytes }) => bytes + jobs * JOB_BYTES + partBytes,
    bytesMax: READ_AHEAD_BYTES,
    signal,
  });
  for await (const { item, result: encoded } of fetched) yield { slices: item.slices, encoded };
}

async function* groupsOf(parts: Iterable<TileJobInput>): AsyncGenerator<JobGroup, void, undefined> {
  let group = emptyGroup();
  for await (const { input, tileRow, jobs } of scanTiles(parts)) {
    let slice = sliceOf(group, input);
    for (const job of jobs) {
      if (group.bytes + group.partBytes >= GROUP_BYTES || group.jobs >= GROUP_JOBS) {
        yield group;
        group = emptyGroup();
        slice = sliceOf(group, input);
      }
      slice.jobs.push(job);
      group.jobs++;
      for (const { location } of job.sources) group.bytes += location.length;
    }
    slice.tiles += input.part.endColumn - input.part.firstColumn;
    slice.isLast = tileRow + 1 === input.part.endRow;
  }
  if (group.slices.length > 0) yield group;
}

/** The slice that a part's next jobs belong to. */
function sliceOf(group: JobGroup, input: TileJobInput): JobSlice {
  const last = group.slices.at(-1);
  if (last?.input === input) return last;
  const slice: JobSlice = { input, jobs: [], tiles: 0, isLast: false };
  group.slices.push(slice);
  group.partBytes += input.remake?.plannedBytes ?? 0;
  return slice;
}

function emptyGroup(): JobGroup {
  return { slices: [], jobs: 0, bytes: 0, partBytes: 0 };
}
