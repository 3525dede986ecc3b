import type { Hints } from './flight.ts';

/** Knows nothing and keeps nothing: single flight must hold without hints. */
export const NO_HINTS: Hints = {
  get: () => Promise.resolve(null),
  put: () => Promise.resolve(),
  clear: () => Promise.resolve(),
};
