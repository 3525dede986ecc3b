import { Problem } from '../../cache/problem.ts';
import type { PreparedBoundary } from '../boundary/prepared.ts';
import type { HeadReader } from './head.reader.ts';
import type { FgbHeader } from './header.ts';
import { indexLevels, type IndexLevel, NODE_BYTES } from './index.layout.ts';
import { offsetAt } from './node.ts';
import { type LevelPlace, NODE_LIMITS, type NodeRun, rangeOf, readNodes } from './node.batches.ts';

/** Leaves `first` to `end − 1`: all inside the boundary, or to be looked at one by one. */
export interface LeafRun extends NodeRun {
  isInside: boolean;
}

/**
 * What lies below a few nodes is read at once with them when it is not more than this, since each level would be a
 * round trip of its own: a store sends as much in the time of one.
 */
const SUBTREES_BYTES_MAX = 256 * 1024;

/**
 * Walks the index from the root down and finds which leaves may meet the boundary. Subtrees outside are left out,
 * subtrees inside are not descended. Children are found by their place, which the stored pointers must agree with,
 * so that no pointer can lead astray.
 * @throws {Problem} `invalid-source` when a pointer disagrees.
 */
export async function walkIndex(head: HeadReader, header: FgbHeader, boundary: PreparedBoundary): Promise<LeafRun[]> {
  const { featuresCount, indexNodeSize } = header;
  if (featuresCount === 0) return [];
  const levels = indexLevels(featuresCount, indexNodeSize);
  const inside: LeafRun[] = [];
  let open: NodeRun[] = [{ first: 0, end: 1 }];
  for (let depth = 0; depth + 1 < levels.length && open.length > 0; depth++) {
    const leavesPerNode = indexNodeSize ** (levels.length - 1 - depth);
    const below = levelAt(levels, depth + 1);
    const next: NodeRun[] = [];
    for await (const { view, runs } of readNodes(head, placeOf(header, levelAt(levels, depth)), open)) {
      for (const { run, at } of runs) {
        for (let number = run.first; number < run.end; number++) {
          const nodeAt = at + (number - run.first) * NODE_BYTES;
          requirePointer(view, nodeAt, below.first + number * indexNodeSize);
          const met = boundary.classifyBox(
            view.getFloat64(nodeAt, true),
            view.getFloat64(nodeAt + 8, true),
            view.getFloat64(nodeAt + 16, true),
            view.getFloat64(nodeAt + 24, true),
          );
          if (met === 'in') {
            const first = number * leavesPerNode;
            addRun(inside, { first, end: Math.min(first + leavesPerNode, featuresCount), isInside: true });
          } else if (met === 'mixed') {
            const first = number * indexNodeSize;
            addRun(next, { first, end: Math.min(first + indexNodeSize, below.count) });
          }
        }
      }
      head.release(view);
    }
    open = next;
    if (!head.isLocal) await holdSubtrees(head, header, levels.slice(depth + 1), open, inside);
  }
  const looked = open.map((run): LeafRun => ({ first: run.first, end: run.end, isInside: false }));
  return [...inside, ...looked].sort((a, b) => a.first - b.first);
}

/** Where the leaves lie; a feature ends where the next one begins, so that one more is read. */
export function leavesPlace(header: FgbHeader): LevelPlace {
  const leaves = indexLevels(header.featuresCount, header.indexNodeSize).at(-1);
  return { ...placeOf(header, leaves ?? { first: 0, count: 0 }), more: 1 };
}

function placeOf({ indexOffset }: FgbHeader, { first, count }: IndexLevel): LevelPlace {
  return { offset: indexOffset + first * NODE_BYTES, count, more: 0 };
}

/** Reads all that may still be asked for, when it is little. */
async function holdSubtrees(
  head: HeadReader,
  header: FgbHeader,
  levels: readonly IndexLevel[],
  open: readonly NodeRun[],
  inside: readonly NodeRun[],
): Promise<void> {
  const { indexNodeSize } = header;
  const ranges = levels.flatMap((level, depth) => {
    const isLeaves = depth === levels.length - 1;
    const place = isLeaves ? leavesPlace(header) : placeOf(header, level);
    const factor = indexNodeSize ** depth;
    const runs = open.map(({ first, end }) => ({ first: first * factor, end: Math.min(end * factor, level.count) }));
    return (isLeaves ? [...runs, ...inside] : runs).map((run) => rangeOf(place, run));
  });
  const sizeBytes = ranges.reduce((sum, { length }) => sum + length, 0);
  if (sizeBytes <= SUBTREES_BYTES_MAX) await head.hold(ranges, NODE_LIMITS);
}

function requirePointer(view: DataView, at: number, expected: number): void {
  const pointer = offsetAt(view, at);
  if (pointer === expected) return;
  throw new Problem(
    'invalid-source',
    `A node of the index points to node ${pointer}; in a packed R-tree its first child is node ${expected}.`,
  );
}

/** Appends a run, or lengthens the last one when it continues it. */
function addRun<Run extends NodeRun>(runs: Run[], run: Run): void {
  const last = runs.at(-1);
  if (last?.end === run.first) last.end = run.end;
  else runs.push(run);
}

function levelAt(levels: readonly IndexLevel[], depth: number): IndexLevel {
  const level = levels[depth];
  if (level === undefined) throw new RangeError(`The index has no level ${depth}.`);
  return level;
}
