import { Problem } from '../../cache/problem.ts';
import type { ByteRange } from '../../cache/range.ts';
import type { PreparedBoundary } from '../boundary/prepared.ts';
import { SIZE_PREFIX_BYTES, type FgbHeader } from './header.ts';
import type { LeafRun } from './index.walk.ts';
import type { Leaf, LeafSpan } from './leaves.ts';
import { NODE_BYTES } from './index.layout.ts';
import { offsetAt } from './node.ts';
import type { NodeBatch } from './node.batches.ts';

/** Features that have to be read are held together until they take this much. */
const READ_BYTES_MAX = 2 * 1024 * 1024;
/** A feature of 10 million vertices. Larger ones would need more memory than planning may have. */
const FEATURE_BYTES_MAX = 160 * 1024 * 1024;

/** What is to be done with leaves: features taken over as they are, read to be cut, or read to be wrapped. */
export type Step = { fate: 'copy'; span: LeafSpan } | { fate: 'cut' | 'promote'; leaf: Leaf };

/** Steps in the order of the file, with the features that they need. */
export interface Steps {
  steps: Step[];
  /** One range for each step that is not a copy. */
  reads: ByteRange[];
  readBytes: number;
  /** Leaves that were decided about. */
  leaves: number;
  /** The last ones of their batch of leaves. */
  isLast: boolean;
}

export interface Decider {
  header: FgbHeader;
  /** In the source's CRS. */
  boundary: PreparedBoundary;
  fileBytes: number;
  /** Where the last feature ends. */
  featuresEnd: number;
  /** Features inside are read too, since all get another type. */
  isPromoted: boolean;
  /** Features that have to be read are held together until they are this many. */
  readsMax: number;
  /** Told of each point that its box alone leaves out. */
  onDropped: () => void;
}

/**
 * Decides about features by their boxes, where that is enough.
 * @throws {Problem} `invalid-source` when a feature lies outside the file or before the one before it,
 *   `unsupported-source` when one that has to be read is too large.
 */
export function* decide(decider: Decider, { view, runs }: NodeBatch<LeafRun>): Generator<Steps, void, undefined> {
  let found = noSteps();
  for (const { run, at } of runs) {
    for (let { first } = run; first < run.end;) {
      if (isFull(decider, found)) {
        yield found;
        found = noSteps();
      }
      first = decideRun(decider, view, at + (first - run.first) * NODE_BYTES, { ...run, first }, found);
    }
  }
  found.isLast = true;
  yield found;
}

function isFull({ readsMax }: Decider, { readBytes, reads }: Steps): boolean {
  return readBytes >= READ_BYTES_MAX || reads.length >= readsMax;
}

/**
 * Adds what is to be done with the leaves of a run, up to what may be read at once. Nothing is made for a leaf that is
 * copied or left out, since there are millions.
 * @param at where the first leaf of the run begins.
 * @returns the first leaf that was not decided about.
 */
function decideRun(decider: Decider, view: DataView, at: number, run: LeafRun, found: Steps): number {
  const { fileBytes, isPromoted } = decider;
  const { featuresOffset, featuresCount } = decider.header;
  const { isInside, first } = run;
  const last = featuresCount - 1;
  let copied: LeafSpan | null = null;
  let copiedFrom = 0;
  let start = featuresOffset + offsetAt(view, at);
  let number = first;
  for (; number < run.end && !isFull(decider, found); number++) {
    const leafAt = at + (number - first) * NODE_BYTES;
    const end = number === last ? decider.featuresEnd : featuresOffset + offsetAt(view, leafAt + NODE_BYTES);
    if (end < start + SIZE_PREFIX_BYTES || end > fileBytes) throw notInOrder(decider, number, start, end);
    const fate = isInside && !isPromoted && isBoxAt(view, leafAt) ? 'copy' : fateOf(decider, view, leafAt, isInside);
    if (fate === 'copy') {
      if (copied === null) {
        copied = { view, at: leafAt, count: 0, offset: start, length: 0 };
        copiedFrom = number;
        found.steps.push({ fate, span: copied });
      }
    } else {
      if (copied !== null) endSpan(copied, number - copiedFrom, start);
      copied = null;
      if (fate !== 'out')
        addRead(found, fate, { number, view, at: leafAt, count: 1, offset: start, length: end - start });
    }
    start = end;
  }
  if (copied !== null) endSpan(copied, number - copiedFrom, start);
  found.leaves += number - first;
  return number;
}

function endSpan(span: LeafSpan, count: number, end: number): void {
  span.count = count;
  span.length = end - span.offset;
}

function addRead(found: Steps, fate: 'cut' | 'promote', leaf: Leaf): void {
  const { number, offset, length } = leaf;
  requireReadable(number, length);
  found.steps.push({ fate, leaf });
  found.reads.push({ offset, length });
  found.readBytes += length;
}

function noSteps(): Steps {
  return { steps: [], reads: [], readBytes: 0, leaves: 0, isLast: false };
}

/** Whether there is a box: that of a null or empty geometry is inverted or not a number. */
function isBoxAt(view: DataView, at: number): boolean {
  return (
    view.getFloat64(at, true) <= view.getFloat64(at + 16, true) &&
    view.getFloat64(at + 8, true) <= view.getFloat64(at + 24, true)
  );
}

function fateOf(decider: Decider, view: DataView, at: number, isInside: boolean): Step['fate'] | 'out' {
  const minX = view.getFloat64(at, true);
  const minY = view.getFloat64(at + 8, true);
  const maxX = view.getFloat64(at + 16, true);
  const maxY = view.getFloat64(at + 24, true);
  const isBox = isBoxAt(view, at);
  const kept = decider.isPromoted ? 'promote' : 'copy';
  if (isBox && isInside) return kept;
  const met = isBox ? decider.boundary.classifyBox(minX, minY, maxX, maxY) : 'mixed';
  if (met === 'out') return 'out';
  if (met === 'in') return kept;
  if (decider.header.geometryType === 'Point' && minX === maxX && minY === maxY) {
    if (decider.boundary.containsPoint(minX, minY)) return 'copy';
    decider.onDropped();
    return 'out';
  }
  return 'cut';
}

function requireReadable(number: number, length: number): void {
  if (length <= FEATURE_BYTES_MAX) return;
  throw new Problem(
    'unsupported-source',
    `Feature ${number} has ${length} bytes and would have to be cut or wrapped; the limit is ${FEATURE_BYTES_MAX}.`,
  );
}

function notInOrder({ fileBytes }: Decider, number: number, start: number, end: number): Problem {
  return new Problem(
    'invalid-source',
    `Feature ${number} lies at bytes ${start} to ${end} by the index; features follow one another and end at ${fileBytes}.`,
  );
}
