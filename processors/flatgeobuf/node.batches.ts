import { runAhead } from '../../cache/ahead.ts';
import { type CoalesceLimits, coalesce } from '../../cache/range.coalesce.ts';
import type { HeadReader } from './head.reader.ts';
import { NODE_BYTES } from './index.layout.ts';

/** Nodes `first` to `end − 1` of one level of the index, by their number in it. */
export interface NodeRun {
  first: number;
  end: number;
}

/** Where a level lies in the file. */
export interface LevelPlace {
  /** Of its first node. */
  offset: number;
  count: number;
  /** Nodes that are read beyond the end of each run, where there are any. */
  more: number;
}

/** Runs that one read brought. */
export interface NodeBatch<Run extends NodeRun> {
  view: DataView;
  runs: {
    run: Run;
    /** Where its first node begins in the view. */
    at: number;
  }[];
}

/** Longer runs come in pieces, so that a batch is bounded whatever the size of the source. */
const NODES_PER_RUN = 16_384;
/** Read ahead of what is being looked at; enough that the delay of a store is hidden. */
const AHEAD_BYTES = 4 * 1024 * 1024;
/**
 * Nodes between two runs that are read with them. The leaves are a fifth of what a clip of small features reads, so that
 * a twentieth of them is a hundredth of all; of the levels above little is read in all.
 */
export const NODE_LIMITS: CoalesceLimits = {
  gapMaxBytes: 128 * 1024,
  runMaxBytes: 1024 * 1024,
  overReadShare: 0.04,
  overReadFloorBytes: 128 * 1024,
};

const AS_THEY_ARE: CoalesceLimits = { ...NODE_LIMITS, gapMaxBytes: 0 };

/**
 * Reads runs of nodes in ascending order, batch by batch and the next ones ahead. A run may come in pieces.
 */
export async function* readNodes<Run extends NodeRun>(
  head: HeadReader,
  level: LevelPlace,
  runs: readonly Run[],
): AsyncGenerator<NodeBatch<Run>, void, undefined> {
  const pieces = runs.flatMap(piecesOf);
  const ranges = pieces.map((piece) => rangeOf(level, piece));
  // Nothing is gained by reading across what lies between ranges that are at hand.
  const { runs: reads, slices } = coalesce(
    ranges,
    ranges.every((range) => head.holds(range)) ? AS_THEY_ARE : NODE_LIMITS,
  );
  const done = runAhead(reads, {
    start: ({ offset, length }, signal) => head.read(offset, length, signal),
    sizeOf: ({ length }) => length,
    bytesMax: head.isLocal ? 0 : AHEAD_BYTES,
    signal: head.signal,
  });
  let next = 0;
  let read = 0;
  for await (const { result } of done) {
    const batch: NodeBatch<Run> = {
      view: new DataView(result.buffer, result.byteOffset, result.byteLength),
      runs: [],
    };
    for (; slices[next]?.run === read; next++) {
      const run = pieces[next];
      if (run !== undefined) batch.runs.push({ run, at: slices[next]?.offset ?? 0 });
    }
    read++;
    yield batch;
  }
}

/** The bytes of a run. */
export function rangeOf(
  { offset, count, more }: LevelPlace,
  { first, end }: NodeRun,
): { offset: number; length: number } {
  return { offset: offset + first * NODE_BYTES, length: (Math.min(end + more, count) - first) * NODE_BYTES };
}

/** Most runs are one piece. */
function piecesOf<Run extends NodeRun>(run: Run): Run[] {
  if (run.end - run.first <= NODES_PER_RUN) return [run];
  const pieces: Run[] = [];
  for (let { first } = run; first < run.end; first += NODES_PER_RUN) {
    pieces.push({ ...run, first, end: Math.min(first + NODES_PER_RUN, run.end) });
  }
  return pieces;
}
