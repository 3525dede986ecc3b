import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { problemFromJson } from '../../cache/problem.ts';
import type { Recipe } from '../../cache/recipe.ts';
import { parseRecipe } from '../../cache/recipe.parse.ts';
import type { PreparedCache } from '../boundaries/prepared.cache.ts';
import type { SourceSettings } from '../catalogue/source.settings.ts';
import { PLAN_HEAP_LIMITS } from '../threads/heap.limits.ts';
import { runLimited } from '../threads/limited.run.ts';
import type { PlanTask } from './clip.task.ts';
import type { PlanCall, PlanOutcome } from './plan.worker.ts';

/** Starting a thread takes 100 ms, keeping one some MB. */
const THREAD_IDLE_TIMEOUT_MS = 60_000;

export interface PlannerOptions {
  /** As many plans may be under way at a time, and no more. */
  threads: number;
  /** What one plan may take. */
  timeoutMs: number;
  sources: SourceSettings;
  prepared: PreparedCache;
}

/** Plans clips in threads. */
export class Planner {
  readonly #pool: Piscina<PlanCall, PlanOutcome>;
  readonly #timeoutMs: number;
  readonly #prepared: PreparedCache;

  constructor({ threads, timeoutMs, sources, prepared }: PlannerOptions) {
    this.#timeoutMs = timeoutMs;
    this.#prepared = prepared;
    this.#pool = new Piscina<PlanCall, PlanOutcome>({
      filename: new URL('plan.worker.ts', import.meta.url).href,
      workerData: sources,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: THREAD_IDLE_TIMEOUT_MS,
      resourceLimits: PLAN_HEAP_LIMITS,
      // A thread that sleeps on a lock between tasks would let its connections to sources go stale.
      atomics: 'disabled',
    });
  }

  /**
   * Plans one clip; its blob is written to `blobFile`, which the caller removes.
   * @param onProgress takes fractions from 0 to 1.
   * @throws {Problem} what engine and reader throw; `too-costly` when it takes longer or more memory than it may.
   */
  async plan(
    task: PlanTask,
    blobFile: string,
    onProgress: (fraction: number) => void,
    signal: AbortSignal,
  ): Promise<Recipe> {
    const boundary = await this.#prepared.get(task.boundaryDigest);
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (fraction: unknown) => {
      if (typeof fraction === 'number') onProgress(fraction);
    });
    try {
      const call: PlanCall = { task, boundary, blobFile, progress: port2 };
      const outcome = await runLimited(this.#pool, call, {
        what: 'Planning the clip',
        timeoutMs: this.#timeoutMs,
        advice: 'Its boundary may be too intricate, or its source too slow.',
        transferList: [port2],
        signal,
      });
      if ('recipe' in outcome) return parseRecipe(outcome.recipe);
      throw problemFromJson(outcome.problem) ?? new Error(`Planning failed: ${outcome.problem.detail}`);
    } finally {
      port1.close();
    }
  }

  async stop(): Promise<void> {
    await this.#pool.destroy();
  }
}
