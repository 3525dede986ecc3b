import type { Row } from './rows.ts';
import type { VectorInputs } from './vector.inputs.ts';
import type { VectorMeasure } from './vector.measure.ts';

/** How often things are run; all rows give medians. */
export interface VectorEffort {
  pairs: number;
  /** Clips made by one warm process. */
  warmRuns: number;
}

/** What the groups of rows work with. */
export interface Bench {
  inputs: VectorInputs;
  run: VectorMeasure;
  effort: VectorEffort;
}

/** Rows that stand for figures which need a boundary that cannot be had. */
export function notMeasured(names: readonly string[], fault: string): Row[] {
  return names.map((name) => ({ name, unit: 'ratio', target: null, reached: null, note: fault }));
}
