import { Problem } from '../../cache/problem.ts';
import type { HeadReader } from './head.reader.ts';
import { SIZE_PREFIX_BYTES, type FgbHeader } from './header.ts';
import { NODE_BYTES } from './index.layout.ts';
import { offsetAt } from './node.ts';

/** Leaves of the index that stand one after another in `view`, and the features that they point to. */
export interface LeafSpan {
  view: DataView;
  /** Where the first leaf begins in the view. */
  at: number;
  count: number;
  /** Where the first feature begins in the file, its size prefix included. */
  offset: number;
  /** Of all the features. */
  length: number;
}

/** One leaf. */
export interface Leaf extends LeafSpan {
  /** Place of the feature in the file, from 0. */
  number: number;
}

/**
 * Checks that the file is long enough for its last feature: whatever a clip takes from it, a file cut short is not the
 * one that was published.
 * @returns where the last feature ends, which only its own size tells.
 * @throws {Problem} `invalid-source` when it is not.
 */
export async function requireWhole(head: HeadReader, header: FgbHeader): Promise<number> {
  const leaf = await head.read(header.featuresOffset - NODE_BYTES, NODE_BYTES);
  const offset = header.featuresOffset + offsetAt(new DataView(leaf.buffer, leaf.byteOffset), 0);
  const end = await endOf(head, offset);
  if (end >= offset + SIZE_PREFIX_BYTES && end <= head.sizeBytes) return end;
  throw new Problem(
    'invalid-source',
    `The last feature lies at bytes ${offset} to ${end} by the index and its own size; the file ends at ${head.sizeBytes}.`,
  );
}

async function endOf(head: HeadReader, offset: number): Promise<number> {
  if (offset + SIZE_PREFIX_BYTES > head.sizeBytes) return offset;
  const prefix = await head.read(offset, SIZE_PREFIX_BYTES);
  return offset + SIZE_PREFIX_BYTES + new DataView(prefix.buffer, prefix.byteOffset).getUint32(0, true);
}
