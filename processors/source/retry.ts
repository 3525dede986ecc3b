import type { Clock } from './clock.ts';

/** How often and after what waits a failed request is made again. */
export interface RetryPolicy {
  /** Tries in all. */
  attempts: number;
  /** Upper bound of the first wait; it doubles with each failure. */
  firstDelayMs: number;
  /** Upper bound of any wait of our own. */
  delayMaxMs: number;
  /** A server that asks for a longer wait than this is not waited for. */
  retryAfterMaxMs: number;
}

/** A failure that may pass, such as a broken connection or a busy server. */
export class TransientFault extends Error {
  /** How long the server asks to wait; null when it does not say. */
  readonly retryAfterMs: number | null;

  constructor(message: string, options: { retryAfterMs?: number | null; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'TransientFault';
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** Tries were used up. `cause` is the last failure. */
export class RetriesExhausted extends Error {
  readonly attempts: number;
  readonly retryAfterMs: number | null;

  constructor(attempts: number, last: TransientFault) {
    super(last.message, { cause: last });
    this.name = 'RetriesExhausted';
    this.attempts = attempts;
    this.retryAfterMs = last.retryAfterMs;
  }
}

/** Counts the failures of one task and waits between its tries: exponential backoff with full jitter. */
export class Backoff {
  private readonly policy: RetryPolicy;
  private readonly clock: Clock;
  private failures = 0;

  constructor(policy: RetryPolicy, clock: Clock) {
    this.policy = policy;
    this.clock = clock;
  }

  /**
   * Waits before the next try, at least as long as the server asked for.
   * @throws {RetriesExhausted} when there is no next try.
   * @throws the failure itself when it is no {@link TransientFault}.
   */
  async wait(failure: unknown, signal?: AbortSignal): Promise<void> {
    if (!(failure instanceof TransientFault)) throw failure;
    const { attempts, firstDelayMs, delayMaxMs, retryAfterMaxMs } = this.policy;
    const bound = Math.min(delayMaxMs, firstDelayMs * 2 ** this.failures);
    this.failures += 1;
    const askedMs = failure.retryAfterMs ?? 0;
    if (this.failures >= attempts || askedMs > retryAfterMaxMs) throw new RetriesExhausted(this.failures, failure);
    await this.clock.sleep(askedMs + bound * this.clock.random(), signal);
  }

  /** Forgets the failures, once the task has got on. */
  reset(): void {
    this.failures = 0;
  }
}

/** Runs a task until it succeeds; see {@link Backoff.wait} for what it throws. */
export async function retry<T>(backoff: Backoff, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await task();
    } catch (error) {
      await backoff.wait(error, signal);
    }
  }
}

/** Reads `Retry-After` (RFC 9110, section 10.2.3): seconds or a date. Null when there is none or it is not valid. */
export function parseRetryAfterMs(text: string | null, nowMs: number): number | null {
  if (text === null) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
