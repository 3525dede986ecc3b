import type { ByteRange } from './range.ts';
import { type CoalesceLimits, coalesce } from './range.coalesce.ts';

/** Fetches one run of bytes, into memory that nobody else uses. */
export type FetchRun = (offset: number, length: number, signal: AbortSignal) => Promise<Uint8Array>;

export interface ReadManyOptions {
  limits: CoalesceLimits;
  /** Runs fetched at a time; `fetchRun` may hold itself to fewer. */
  concurrency: number;
  signal?: AbortSignal | undefined;
}

/**
 * Reads several ranges, near ones together; gives one array of its own for each, in the order given. The first
 * failure ends the other fetches. The caller has checked that the ranges lie inside the file.
 * @throws what `fetchRun` throws.
 */
export async function readCoalesced(
  ranges: readonly ByteRange[],
  fetchRun: FetchRun,
  options: ReadManyOptions,
): Promise<Uint8Array[]> {
  const { runs, slices } = coalesce(ranges, options.limits);
  const fetched = await fetchAll(runs, fetchRun, options);
  const users = new Uint32Array(runs.length);
  for (const slice of slices) users[slice.run] = (users[slice.run] ?? 0) + 1;
  const pieces = ranges.map((range, index) => {
    const slice = slices[index];
    const run = slice === undefined ? undefined : fetched[slice.run];
    if (slice === undefined || run === undefined) throw new RangeError(`Range ${index} has no run.`);
    // A copy where a run is shared: callers may transfer what they get to another thread.
    return users[slice.run] === 1 ? run : run.slice(slice.offset, slice.offset + range.length);
  });
  fetched.forEach((run, index) => {
    if (users[index] !== 1) giveBack(run);
  });
  return pieces;
}

/**
 * Frees bytes that were copied or written at once: many megabytes would gather before the garbage collector looks at
 * them. Bytes that share a buffer with others stay.
 */
export function giveBack(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) buffer.transfer(0);
}

async function fetchAll(
  runs: readonly ByteRange[],
  fetchRun: FetchRun,
  { concurrency, signal }: ReadManyOptions,
): Promise<Uint8Array[]> {
  const failure = new AbortController();
  const either = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  const fetched: Uint8Array[] = [];
  const queue = runs.entries();
  const work = async (): Promise<void> => {
    for (const [index, { offset, length }] of queue) fetched[index] = await fetchRun(offset, length, either);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, runs.length) }, work));
    return fetched;
  } catch (error) {
    failure.abort(error);
    throw error;
  }
}
