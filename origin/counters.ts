import type { Counters } from '../cache/origin-api.ts';

/** Counts what this process has done since it started. */
export class Counter {
  readonly #counts: Counters = { planRuns: 0, plansFailed: 0, clipsMaterialised: 0, makeClipCalls: 0 };

  add(name: keyof Counters): void {
    this.#counts[name] += 1;
  }

  /** The counts as they are now. */
  read(): Counters {
    return { ...this.#counts };
  }
}
