import type { CoalesceLimits } from '../../cache/range.coalesce.ts';
import type { RetryPolicy } from './retry.ts';

/** What a reader over the network may take. */
export interface SourceLimits {
  /** Requests of one reader at a time; its streams, which their consumers pace, are not counted. */
  concurrency: number;
  /** From sending a request to the head of its reply, connecting included. */
  headTimeoutMs: number;
  /** Without a byte of a reply's body while one is waited for. */
  stallTimeoutMs: number;
  /** Hops that one request is led on by redirects. */
  redirects: number;
  retry: RetryPolicy;
  coalesce: CoalesceLimits;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const DEFAULT_SOURCE_LIMITS: SourceLimits = {
  // The short reads of a clip from a store 200 ms away take a fifth of the time that six at a time take; object stores bear
  // thousands. What is held does not grow with it: planners bound what they read ahead by bytes.
  concurrency: 32,
  // Object stores answer within a second; cold storage and busy hosts may need several.
  headTimeoutMs: 20_000,
  stallTimeoutMs: 20_000,
  redirects: 5,
  // Waits of up to 0.25, 0.5, 1 and 2 s: a short hiccup is ridden out and a caller still has its answer in time.
  retry: { attempts: 5, firstDelayMs: 250, delayMaxMs: 10_000, retryAfterMaxMs: 15_000 },
  coalesce: {
    // About what a connection carries in one round trip (10 MB/s, 25 ms).
    gapMaxBytes: 256 * KIB,
    // Bounds what one retry repeats and how much is held while slices are cut.
    runMaxBytes: 8 * MIB,
    // Small jobs are bound by round trips, large ones by bytes.
    overReadShare: 0.02,
    overReadFloorBytes: 256 * KIB,
  },
};
