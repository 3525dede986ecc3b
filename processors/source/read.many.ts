import type { ByteRange } from '../../cache/range.ts';
import { type CoalesceLimits, coalesce } from '../../cache/range.coalesce.ts';
import { type SizedSource, requireReadable } from './range.check.ts';

/** Fetches one run of bytes. */
export type FetchRun = (offset: number, length: number, signal: AbortSignal) => Promise<Uint8Array>;

/**
 * Reads several ranges, near ones together; gives one array of its own for each, in the order given. The first
 * failure ends the other fetches.
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
  const { runs, slices } = coalesce(ranges, limits);
  const fetched = await fetchAll(runs, fetchRun, signal);
  const users = new Uint32Array(runs.length);
  for (const slice of slices) users[slice.run] = (users[slice.run] ?? 0) + 1;
  return ranges.map((range, index) => {
    const slice = slices[index];
    const run = slice === undefined ? undefined : fetched[slice.run];
    if (slice === undefined || run === undefined) throw new RangeError(`Range ${index} has no run.`);
    // A copy where a run is shared: callers may transfer what they get to another thread.
    return users[slice.run] === 1 ? run : run.slice(slice.offset, slice.offset + range.length);
  });
}

async function fetchAll(runs: readonly ByteRange[], fetchRun: FetchRun, signal?: AbortSignal): Promise<Uint8Array[]> {
  const failure = new AbortController();
  const either = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  try {
    return await Promise.all(runs.map(({ offset, length }) => fetchRun(offset, length, either)));
  } catch (error) {
    failure.abort(error);
    throw error;
  }
}
