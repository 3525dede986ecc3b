import { Problem } from '../../cache/problem.ts';
import type { PreparedBoundary } from '../boundary/prepared.ts';
import { readUint64 } from './flatbuffer.table.ts';
import type { HeadReader } from './head.reader.ts';
import type { FgbHeader } from './header.ts';
import { indexLevels, NODE_BYTES, type IndexLevel } from './index.layout.ts';

/** Leaves `first` to `end − 1`: all inside the boundary, or to be looked at one by one. */
export interface LeafRun {
  first: number;
  end: number;
  isInside: boolean;
}

/** Nodes of one level, by their number in it. */
interface NodeRun {
  first: number;
  end: number;
}

/**
 * Walks the index from the root down and finds which leaves may meet the boundary. Subtrees outside are left out,
 * subtrees inside are not descended. Children are found by their place, which the stored pointers must agree with,
 * so that no pointer can lead astray.
 * @throws {Problem} `invalid-source` when a pointer disagrees.
 */
export async function walkIndex(head: HeadReader, header: FgbHeader, boundary: PreparedBoundary): Promise<LeafRun[]> {
  const { featuresCount, indexNodeSize } = header;
  const levels = indexLevels(featuresCount, indexNodeSize);
  const inside: LeafRun[] = [];
  let open: NodeRun[] = [{ first: 0, end: 1 }];
  for (let depth = 0; depth + 1 < levels.length && open.length > 0; depth++) {
    const leavesPerNode = indexNodeSize ** (levels.length - 1 - depth);
    const level = levelAt(levels, depth);
    const below = levelAt(levels, depth + 1);
    const next: NodeRun[] = [];
    await forEachNode(head, header.indexOffset, level, open, (number, view, at) => {
      requirePointer(view, at, below.first + number * indexNodeSize);
      const met = boundary.classifyBox(...boxAt(view, at));
      if (met === 'in') {
        const first = number * leavesPerNode;
        addRun(inside, { first, end: Math.min(first + leavesPerNode, featuresCount), isInside: true });
      } else if (met === 'mixed') {
        const first = number * indexNodeSize;
        addRun(next, { first, end: Math.min(first + indexNodeSize, below.count) });
      }
    });
    open = next;
  }
  const looked = open.map((run): LeafRun => ({ first: run.first, end: run.end, isInside: false }));
  return [...inside, ...looked].sort((a, b) => a.first - b.first);
}

/** Min x, min y, max x, max y of a node. */
export function boxAt(view: DataView, at: number): [number, number, number, number] {
  return [
    view.getFloat64(at, true),
    view.getFloat64(at + 8, true),
    view.getFloat64(at + 16, true),
    view.getFloat64(at + 24, true),
  ];
}

async function forEachNode(
  head: HeadReader,
  indexOffset: number,
  level: IndexLevel,
  runs: readonly NodeRun[],
  visit: (number: number, view: DataView, at: number) => void,
): Promise<void> {
  const chunks = await head.readMany(
    runs.map(({ first, end }) => ({
      offset: indexOffset + (level.first + first) * NODE_BYTES,
      length: (end - first) * NODE_BYTES,
    })),
  );
  runs.forEach(({ first, end }, index) => {
    const chunk = chunks[index] ?? new Uint8Array();
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let number = first; number < end; number++) visit(number, view, (number - first) * NODE_BYTES);
  });
}

function requirePointer(view: DataView, at: number, expected: number): void {
  const pointer = readUint64(view, at + 32, 'The index');
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
