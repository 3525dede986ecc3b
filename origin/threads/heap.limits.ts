import { setFlagsFromString } from 'node:v8';
import type { ResourceLimits } from 'node:worker_threads';
import type { EngineName } from '../../cache/engines.ts';

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

/**
 * Suits the garbage collector to what is planned next. Cutting features leaves many small objects, which gather to three
 * times what is in use while V8 marks step by step: there it marks in one go. Rasters leave few objects that hold large
 * buffers, and V8 looks at these only while it marks step by step. It is a setting of the whole process; where plans of
 * both kinds are under way, the one that was begun last decides.
 */
export function suitCollector(engine: EngineName): void {
  setFlagsFromString(engine === 'flatgeobuf' ? '--no-incremental-marking' : '--incremental-marking');
}
