import type { ByteRange } from '../../cache/range.ts';
import type { CoalesceLimits } from '../../cache/range.coalesce.ts';
import { type FetchRun, readCoalesced } from '../../cache/range.read.many.ts';
import { type SizedSource, requireReadable } from './range.check.ts';

/**
 * Reads several ranges of a source, near ones together; the reader itself bounds what it fetches at a time.
 * @throws {Problem} `invalid-source` when a range lies outside, before anything is fetched; else what `fetchRun` throws.
 */
export async function readMany(
  source: SizedSource,
  ranges: readonly ByteRange[],
  limits: CoalesceLimits,
  fetchRun: FetchRun,
  signal?: AbortSignal,
): Promise<Uint8Array[]> {
  for (const range of ranges) requireReadable(source, range);
  return readCoalesced(ranges, fetchRun, { limits, concurrency: Number.POSITIVE_INFINITY, signal });
}
