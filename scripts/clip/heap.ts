import { setFlagsFromString } from 'node:v8';

/** Shorter runs end before much has gathered, and collecting it would be a tenth of their time. */
const SHORT_RUN_MS = 400;
/** V8 waits until a heap is some times as large as what was last in use. */
const GROWTH_PERCENT = 30;

/** Keeps the heap small in a process that takes longer than a moment: what is thrown away is collected sooner. */
export function boundHeapOfLongRuns(): void {
  setTimeout(() => {
    setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
    // How far the heap may grow is found anew by a collection only; --expose-gc lets a program ask for one.
    globalThis.gc?.();
  }, SHORT_RUN_MS).unref();
}
