import { Piscina } from 'piscina';
import { Problem, problemFromJson } from '../../cache/problem.ts';
import { Semaphore } from '../../processors/source/semaphore.ts';
import { runLimited } from '../threads/limited.run.ts';
import { type PrepareBoundary, prepareDirectly } from './prepare.ts';
import type { PrepareCall, PrepareOutcome } from './prepare.worker.ts';

/** Some 20,000 vertices, which take about as long as sending them to a thread: 50 ms. Few boundaries have more. */
const DIRECT_MAX_BYTES = 20_000 * 16;
/** The most vertices that are prepared take 20 s on an idle machine. */
const TIMEOUT_MS = 120_000;
/** JavaScript heap of the thread. Coordinates and index lie outside of it. */
const THREAD_HEAP_MAX_MB = 1_024;
/** Starting a thread takes 100 ms, keeping one some MB. */
const THREAD_IDLE_TIMEOUT_MS = 60_000;
/** Under way or waiting: each holds a geometry that may have some 100 MB, and the last waits for all the others. */
const PREPARATIONS_MAX = 8;
const OVERLOADED_RETRY_SECONDS = 30;

export interface PreparerLimits {
  timeoutMs?: number;
  threadHeapMaxMb?: number;
}

/**
 * Prepares boundaries for a service: large ones one after another in a thread of their own, so that neither calls nor
 * plans wait for them.
 */
export class Preparer {
  readonly #pool: Piscina<PrepareCall, PrepareOutcome>;
  readonly #timeoutMs: number;
  readonly #thread = new Semaphore(1);
  #preparations = 0;

  constructor({ timeoutMs = TIMEOUT_MS, threadHeapMaxMb = THREAD_HEAP_MAX_MB }: PreparerLimits = {}) {
    this.#timeoutMs = timeoutMs;
    this.#pool = new Piscina<PrepareCall, PrepareOutcome>({
      filename: new URL('prepare.worker.ts', import.meta.url).href,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: THREAD_IDLE_TIMEOUT_MS,
      resourceLimits: { maxOldGenerationSizeMb: threadHeapMaxMb },
      atomics: 'disabled',
    });
  }

  /**
   * As {@link PrepareBoundary} says.
   * @throws {Problem} `invalid-boundary`; `too-costly` when it takes too long or too much memory; `overloaded`.
   */
  readonly prepare: PrepareBoundary = async (wkb, digest) => {
    if (wkb.byteLength <= DIRECT_MAX_BYTES) return prepareDirectly(wkb, digest);
    if (this.#preparations >= PREPARATIONS_MAX) {
      throw new Problem(
        'overloaded',
        `${PREPARATIONS_MAX} large boundaries are being prepared. Try again in a while.`,
        {
          retryAfterSeconds: OVERLOADED_RETRY_SECONDS,
        },
      );
    }
    this.#preparations += 1;
    try {
      return await this.#thread.run(() => this.#prepareInThread({ wkb, digest }));
    } finally {
      this.#preparations -= 1;
    }
  };

  async #prepareInThread(call: PrepareCall): Promise<Uint8Array<ArrayBuffer>> {
    const outcome = await runLimited(this.#pool, call, {
      what: 'Preparing the boundary',
      timeoutMs: this.#timeoutMs,
      advice: 'Simplify its geometry.',
    });
    if (outcome instanceof Uint8Array) return outcome;
    throw problemFromJson(outcome.problem) ?? new Error(`Preparing failed: ${outcome.problem.detail}`);
  }

  async stop(): Promise<void> {
    await this.#pool.destroy();
  }
}
