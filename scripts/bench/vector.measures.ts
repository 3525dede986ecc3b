import { median } from './pairs.ts';

/** Area or length in degrees by `id`. */
export type Measures = ReadonlyMap<number, number>;

/** What engines that compute in doubles may differ by. */
const RELATIVE_TOLERANCE = 1e-9;

/**
 * Compares what two programs made of the same features.
 *
 * A measure may differ by a billionth of itself or of a typical one, since what is cut is rounded like a whole feature
 * whatever is left of it. Only a piece smaller than that may be in one of them alone.
 * @returns the first difference; null when there is none.
 */
export function differenceOf(ours: Measures, theirs: Measures): string | null {
  const typical = median([...theirs.values()]);
  const slack = Number.isNaN(typical) ? 0 : typical * RELATIVE_TOLERANCE;
  for (const id of new Set([...ours.keys(), ...theirs.keys()])) {
    const [mine, other] = [ours.get(id), theirs.get(id)];
    const allowed = slack + RELATIVE_TOLERANCE * Math.max(mine ?? 0, other ?? 0);
    if (Math.abs((mine ?? 0) - (other ?? 0)) > allowed) {
      return `feature ${id} measures ${mine ?? 'nothing'} here and ${other ?? 'nothing'} there`;
    }
  }
  return null;
}

/** Those of a sample: the features whose `id` is below `count`. */
export function sampleOf(measures: Measures, count: number): Measures {
  return new Map([...measures].filter(([id]) => id < count));
}
