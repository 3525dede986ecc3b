/** A stretch of a line or of a circle; on a circle the end may lie past the place where it closes. */
export type Stretch = readonly [start: number, end: number];

/**
 * The shortest stretch of a circle that holds all intervals, or what they span as they stand when that is as short.
 *
 * @param intervals in any order, within one turn of the circle: it is cut open where the turn begins
 * @param period length of the circle
 * @returns the end lies past the end of the turn when the stretch runs across the cut. Null without intervals.
 */
export function shortestStretch(intervals: readonly Stretch[], period: number): Stretch | null {
  const sorted = intervals.toSorted((a, b) => a[0] - b[0]);
  const [first] = sorted;
  if (first === undefined) return null;
  let covered = first[1];
  let widest: Stretch = [first[0], first[0]];
  for (const [start, end] of sorted) {
    if (start - covered > widest[1] - widest[0]) widest = [covered, start];
    covered = Math.max(covered, end);
  }
  const gapAtCut = first[0] + period - covered;
  return widest[1] - widest[0] > gapAtCut ? [widest[1], widest[0] + period] : [first[0], covered];
}
