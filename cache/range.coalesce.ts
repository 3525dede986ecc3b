import type { ByteRange } from './range.ts';

/** When ranges are near enough to be fetched together. */
export interface CoalesceLimits {
  /** A wider gap is never read across. */
  gapMaxBytes: number;
  /** Ranges are not joined into a run longer than this; one range that is longer is a run of its own. */
  runMaxBytes: number;
  /** Unwanted bytes that may be read in all, as a share of the wanted ones … */
  overReadShare: number;
  /** … or this many, whichever is more. */
  overReadFloorBytes: number;
}

/** Where a range lies in what is fetched. */
export interface Slice {
  /** Index of the run. */
  run: number;
  /** Offset of the range in the run. */
  offset: number;
}

export interface FetchPlan {
  /** What to fetch, in ascending order of offset. */
  runs: ByteRange[];
  /** One for each range, in the order given. */
  slices: Slice[];
}

/**
 * Merges near ranges into runs, so that fewer requests are made. Smallest gaps are closed first until the over-read
 * budget is used up: that saves the most requests per wasted byte.
 */
export function coalesce(ranges: readonly ByteRange[], limits: CoalesceLimits): FetchPlan {
  const order = ranges.map((_, index) => index).sort((a, b) => at(ranges, a).offset - at(ranges, b).offset || a - b);
  const sorted = order.map((index) => at(ranges, index));
  const joined = joinNeighbours(sorted, limits);
  const runs: ByteRange[] = [];
  const slices: Slice[] = ranges.map(() => ({ run: 0, offset: 0 }));
  sorted.forEach((range, position) => {
    const last = runs.at(-1);
    if (last !== undefined && joined[position - 1] === true) {
      last.length = Math.max(last.length, range.offset + range.length - last.offset);
    } else {
      runs.push({ offset: range.offset, length: range.length });
    }
    const run = runs.length - 1;
    slices[at(order, position)] = { run, offset: range.offset - at(runs, run).offset };
  });
  return { runs, slices };
}

/** For each range but the last, in order of offset: whether the next one belongs to its run. */
function joinNeighbours(sorted: readonly ByteRange[], limits: CoalesceLimits): boolean[] {
  const gaps = gapsBetween(sorted);
  const joined = gaps.map(() => false);
  // At both ends of a run stands where its other end is.
  const firstOf = sorted.map((_, index) => index);
  const lastOf = sorted.map((_, index) => index);
  const ends = sorted.map((range) => range.offset + range.length);
  const wanted = sorted.reduce((sum, range) => sum + range.length, 0);
  let budget = Math.max(limits.overReadFloorBytes, wanted * limits.overReadShare);
  const bySize = gaps.map((_, index) => index).sort((a, b) => at(gaps, a) - at(gaps, b) || a - b);
  for (const index of bySize) {
    const gap = Math.max(0, at(gaps, index));
    if (gap > limits.gapMaxBytes || gap > budget) break;
    const first = at(firstOf, index);
    const last = at(lastOf, index + 1);
    const end = Math.max(at(ends, first), at(ends, index + 1));
    if (end - at(sorted, first).offset > limits.runMaxBytes) continue;
    joined[index] = true;
    budget -= gap;
    lastOf[first] = last;
    firstOf[last] = first;
    // The end of a run stands at its first range.
    ends[first] = end;
  }
  return joined;
}

/** Bytes between each range and the next; negative where they overlap. */
function gapsBetween(sorted: readonly ByteRange[]): number[] {
  let reached = Number.NEGATIVE_INFINITY;
  return sorted.slice(1).map((next, index) => {
    const range = at(sorted, index);
    reached = Math.max(reached, range.offset + range.length);
    return next.offset - reached;
  });
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`No element ${index} in a list of ${list.length}.`);
  return value;
}
