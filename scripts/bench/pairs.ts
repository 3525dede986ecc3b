/** The middle of some numbers; of an even count, the mean of the two in the middle. NaN when there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

/**
 * The median of the ratios of runs made in pairs: other load on the machine slows both of a pair, so that it cancels
 * out better than in a ratio of medians.
 */
export function medianRatio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.flatMap((value, index) => (theirs[index] === undefined ? [] : [value / theirs[index]])));
}

/** The median of some times in seconds, as rows write it. */
export function medianSeconds(values: readonly number[], digits = 2): string {
  return `${median(values).toFixed(digits)} s`;
}
