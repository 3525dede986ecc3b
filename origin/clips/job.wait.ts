import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../cache/origin-api.ts';
import type { Queryable } from '../database/database.ts';
import type { JobSignals } from '../jobs/job.signals.ts';
import { findJob } from '../jobs/job.store.ts';

/** Jobs of this process signal at once; only those of other nodes have to be looked at. */
const POLL_INTERVAL_MS = 500;

/**
 * Waits until a job is ready or has failed, or until the deadline.
 * @param deadlineMs by `performance.now()`.
 */
export async function waitForJob(
  { database, signals }: { database: Queryable; signals: JobSignals },
  id: string,
  deadlineMs: number,
): Promise<Job> {
  for (;;) {
    const news = signals.next(id);
    const known = await findJob(database, id);
    if (known === null) throw new Error(`The job ${id} is gone.`);
    const remainingMs = deadlineMs - performance.now();
    if (known.job.state === 'ready' || known.job.state === 'failed' || remainingMs <= 0) return known.job;
    const timer = new AbortController();
    const pause = sleep(Math.min(POLL_INTERVAL_MS, remainingMs), undefined, { signal: timer.signal });
    await Promise.race([news, pause.catch(() => undefined)]);
    timer.abort();
  }
}
