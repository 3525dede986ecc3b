import { Problem } from '../../cache/problem.ts';
import { readUint64 } from './flatbuffer.table.ts';
import type { HeadReader } from './head.reader.ts';
import { SIZE_PREFIX_BYTES, type FgbHeader } from './header.ts';
import { indexLevels, NODE_BYTES } from './index.layout.ts';
import { boxAt, type LeafRun } from './index.walk.ts';

/** A leaf of the index: a feature's box and place. */
export interface Leaf {
  /** Place of the feature in the file, from 0. */
  number: number;
  box: [minX: number, minY: number, maxX: number, maxY: number];
  /** Where the feature begins in the file, its size prefix included. */
  offset: number;
  length: number;
  /** The index has shown already that the box lies inside. */
  isInside: boolean;
}

/** Leaves read at a time: 40 bytes each in the file, some 200 in memory. */
const LEAVES_PER_BATCH = 32_768;

/**
 * Reads leaves in the order of the file, a batch at a time.
 * @throws {Problem} `invalid-source` when a feature lies outside the file or before the one before it.
 */
export async function* readLeaves(
  head: HeadReader,
  header: FgbHeader,
  runs: readonly LeafRun[],
): AsyncGenerator<Leaf[], void, undefined> {
  const firstLeaf = indexLevels(header.featuresCount, header.indexNodeSize).at(-1)?.first ?? 0;
  for (const batch of batches(runs)) {
    const chunks = await head.readMany(
      batch.map(({ first, end }) => ({
        offset: header.indexOffset + (firstLeaf + first) * NODE_BYTES,
        // One more, where there is one: a feature ends where the next one begins.
        length: (Math.min(end + 1, header.featuresCount) - first) * NODE_BYTES,
      })),
    );
    const leaves: Leaf[] = [];
    for (const [index, run] of batch.entries()) {
      await addLeaves(head, header, run, chunks[index] ?? new Uint8Array(), leaves);
    }
    yield leaves;
  }
}

/**
 * Checks that the file is long enough for its last feature: whatever a clip takes from it, a file cut short is not the
 * one that was published.
 * @throws {Problem} `invalid-source` when it is not.
 */
export async function requireWhole(head: HeadReader, header: FgbHeader): Promise<void> {
  const chunk = await head.read(header.featuresOffset - NODE_BYTES, NODE_BYTES);
  const offset = header.featuresOffset + readUint64(new DataView(chunk.buffer, chunk.byteOffset), 32, 'The index');
  const end = await endOfLast(head, offset);
  if (end >= offset + SIZE_PREFIX_BYTES && end <= head.sizeBytes) return;
  throw new Problem(
    'invalid-source',
    `The last feature lies at bytes ${offset} to ${end} by the index and its own size; the file ends at ${head.sizeBytes}.`,
  );
}

async function addLeaves(
  head: HeadReader,
  header: FgbHeader,
  { first, end, isInside }: LeafRun,
  chunk: Uint8Array,
  leaves: Leaf[],
): Promise<void> {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const offsetOf = (number: number): number =>
    header.featuresOffset + readUint64(view, (number - first) * NODE_BYTES + 32, 'The index');
  for (let number = first; number < end; number++) {
    const offset = offsetOf(number);
    const isLast = number === header.featuresCount - 1;
    const next = isLast ? await endOfLast(head, offset) : offsetOf(number + 1);
    if (next < offset + SIZE_PREFIX_BYTES || next > head.sizeBytes) {
      throw new Problem(
        'invalid-source',
        `Feature ${number} lies at bytes ${offset} to ${next} by the index; features follow one another and end ` +
          `at ${head.sizeBytes}.`,
      );
    }
    leaves.push({ number, box: boxAt(view, (number - first) * NODE_BYTES), offset, length: next - offset, isInside });
  }
}

/** Only the last feature's own size tells where it ends. */
async function endOfLast(head: HeadReader, offset: number): Promise<number> {
  if (offset + SIZE_PREFIX_BYTES > head.sizeBytes) return offset;
  const prefix = await head.read(offset, SIZE_PREFIX_BYTES);
  return offset + SIZE_PREFIX_BYTES + new DataView(prefix.buffer, prefix.byteOffset).getUint32(0, true);
}

function* batches(runs: readonly LeafRun[]): Generator<LeafRun[], void, undefined> {
  let batch: LeafRun[] = [];
  let room = LEAVES_PER_BATCH;
  for (const run of runs) {
    for (let first = run.first; first < run.end;) {
      const end = Math.min(run.end, first + room);
      batch.push({ first, end, isInside: run.isInside });
      room -= end - first;
      first = end;
      if (room === 0) {
        yield batch;
        batch = [];
        room = LEAVES_PER_BATCH;
      }
    }
  }
  if (batch.length > 0) yield batch;
}
