import type { ResourceLimits } from 'node:worker_threads';

/** JavaScript heap of a thread that plans clips. Tiles and boundaries lie outside of it. */
export const PLAN_HEAP_LIMITS = {
  /** A plan that needs more is runaway. */
  maxOldGenerationSizeMb: 1_024,
  /**
   * Part of it for objects made lately. It would grow to 48 MB in every thread, with little in it that is still in use; as
   * small as this it takes hardly more time to collect.
   */
  maxYoungGenerationSizeMb: 3,
} satisfies ResourceLimits;
