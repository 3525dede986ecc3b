import type { Queryable } from '../database/database.ts';

/** What is to be done, as JSON. */
export type Task = Readonly<Record<string, unknown>>;

export interface Attempt {
  /** As it was sent. */
  task: unknown;
  /** Aborts when the process stops or the attempt has taken too long. */
  signal: AbortSignal;
  /** Whether a failure now is final. */
  isLast: boolean;
}

/** Does one attempt. When it throws, the task is tried again later unless the attempt was the last. */
export type AttemptHandler = (attempt: Attempt) => Promise<void>;

/**
 * Tasks that are done at least once, by one process at a time, on any node. There is at most one unfinished task of a
 * kind for each key, however many are sent and from wherever. The task of a process that died is given to another one
 * when its lease has run out.
 */
export interface Queue {
  /**
   * Sends a task as part of a transaction. @returns false when one of its key is waiting or under way already.
   * Call {@link kick} after the transaction is committed.
   */
  send(transaction: Queryable, kind: string, key: string, task: Task): Promise<boolean>;
  /** Has this process look for tasks at once. */
  kick(kind: string): void;
  /** Whether a task of the key is waiting or under way somewhere. */
  isLive(kind: string, key: string): Promise<boolean>;
  /** Starts doing tasks of a kind, `concurrency` at a time. */
  work(kind: string, concurrency: number, handler: AttemptHandler): Promise<void>;
  /** Takes no more tasks, waits for those under way and gives back what is not done within `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>;
}
