import type { Piscina } from 'piscina';
import { Problem } from '../../cache/problem.ts';

/** How a task is run in a thread. */
export interface LimitedRun {
  /** What is done, as the beginning of a sentence: "Planning the clip". */
  what: string;
  timeoutMs: number;
  /** What the user can do about a task that takes too long. */
  advice: string;
  transferList?: readonly Transferred[];
  /** Ends the task for another reason. */
  signal?: AbortSignal;
}
type Transferred = NonNullable<NonNullable<Parameters<Piscina['run']>[1]>['transferList']>[number];

/**
 * Runs a task in a thread and, when it takes too long, ends the thread, whatever it is doing. The pool must have a free
 * thread or room for one: piscina forgets what waits in its own queue when it ends a thread.
 * @throws {Problem} `too-costly` when the time or the memory of the thread runs out.
 * @throws {Error} what the task throws, or `AbortError` when the signal ended it.
 */
export async function runLimited<Task, Result>(
  pool: Piscina<Task, Result>,
  task: Task,
  { what, timeoutMs, advice, transferList = [], signal }: LimitedRun,
): Promise<Result> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  try {
    const either = signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]);
    return await pool.run(task, { transferList: [...transferList], signal: either });
  } catch (cause) {
    if (limit.signal.aborted && signal?.aborted !== true) {
      throw new Problem('too-costly', `${what} took longer than ${timeoutMs / 1000} s and was given up. ${advice}`, {
        cause,
      });
    }
    if (isOutOfMemory(cause)) {
      throw new Problem('too-costly', `${what} took more memory than a thread may have. ${advice}`, { cause });
    }
    throw cause;
  } finally {
    clearTimeout(timer);
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
