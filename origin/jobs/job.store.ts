import type { Job } from '../../cache/origin-api.ts';
import { type Problem, problemFromJson } from '../../cache/problem.ts';
import type { Queryable } from '../database/database.ts';

interface JobRow {
  id: string;
  path: string;
  state: Job['state'];
  progress: number;
  message: string;
  problem: Record<string, unknown> | null;
  created: Date;
  started: Date | null;
  finished: Date | null;
  idle_seconds: number;
}

/** A job and how long ago it last gave a sign. */
export interface KnownJob {
  job: Job;
  idleSeconds: number;
}

export async function findJob(database: Queryable, id: string): Promise<KnownJob | null> {
  const [row] = await database.query<JobRow>(
    `SELECT id, path, state, progress, message, problem, created, started, finished,
       extract(epoch FROM now() - touched)::float8 AS idle_seconds
     FROM jobs WHERE id = $1`,
    [id],
  );
  if (row === undefined) return null;
  const { idle_seconds: idleSeconds, created, started, finished, ...rest } = row;
  const times = {
    created: created.toISOString(),
    started: started?.toISOString() ?? null,
    finished: finished?.toISOString() ?? null,
  };
  return { job: { ...rest, ...times }, idleSeconds };
}

/** How many jobs wait for their turn; those that were left behind an hour ago do not count. */
export async function countQueued(database: Queryable): Promise<number> {
  const [row] = await database.query<{ queued: number }>(
    `SELECT count(*)::int AS queued FROM jobs WHERE state = 'queued' AND touched > now() - interval '1 hour'`,
  );
  return row?.queued ?? 0;
}

/** The problem of a failed job; null for any other. */
export function problemOf(job: Job): Problem | null {
  return job.state === 'failed' ? problemFromJson(job.problem) : null;
}

/** Notes that a job waits to be done, be it new or tried again after it failed. */
export async function queueJob(database: Queryable, id: string, path: string): Promise<void> {
  await database.query(
    `INSERT INTO jobs (id, path, state, message) VALUES ($1, $2, 'queued', 'Waiting for its turn')
     ON CONFLICT (id) DO UPDATE SET path = excluded.path, state = 'queued', message = excluded.message, progress = 0,
       problem = NULL, created = now(), started = NULL, finished = NULL, touched = now()`,
    [id, path],
  );
}

/**
 * Begins an attempt; earlier attempts are stale from then on.
 * @returns the token that the attempt must show with all it writes; null when there is no such job.
 */
export async function beginAttempt(database: Queryable, id: string): Promise<number | null> {
  const [row] = await database.query<{ attempt: number }>(
    `UPDATE jobs SET attempt = attempt + 1, state = 'running', message = 'Planning', progress = 0, problem = NULL,
       started = now(), finished = NULL, touched = now()
     WHERE id = $1 RETURNING attempt`,
    [id],
  );
  return row?.attempt ?? null;
}

/** Thrown where an attempt would write although a later one has begun. */
export class StaleAttempt extends Error {
  constructor(id: string, attempt: number) {
    super(`Attempt ${attempt} of job ${id} is no longer the current one.`);
    this.name = 'StaleAttempt';
  }
}

/**
 * Makes sure that an attempt is the current one, and keeps any other from beginning until the transaction ends.
 * @throws {StaleAttempt}
 */
export async function holdAttempt(transaction: Queryable, id: string, attempt: number): Promise<void> {
  const rows = await transaction.query(
    `SELECT 1 FROM jobs WHERE id = $1 AND attempt = $2 AND state = 'running' FOR UPDATE`,
    [id, attempt],
  );
  if (rows.length === 0) throw new StaleAttempt(id, attempt);
}

/** What an attempt has to say about its job. */
export type AttemptNews =
  | { state: 'running'; progress: number; message: string }
  /** Failed for now; it will be tried again. */
  | { state: 'queued'; message: string }
  | { state: 'ready' }
  | { state: 'failed'; problem: Problem };

/** Writes how an attempt goes. @throws {StaleAttempt} */
export async function reportAttempt(
  database: Queryable,
  id: string,
  attempt: number,
  news: AttemptNews,
): Promise<void> {
  const isFinal = news.state === 'ready' || news.state === 'failed';
  const rows = await database.query(
    `UPDATE jobs SET state = $3, message = $4, progress = greatest(progress, $5), problem = $6::jsonb,
       finished = CASE WHEN $7 THEN now() END, touched = now()
     WHERE id = $1 AND attempt = $2 AND state = 'running' RETURNING id`,
    [id, attempt, news.state, messageOf(news), progressOf(news), problemJson(news), isFinal],
  );
  if (rows.length === 0) throw new StaleAttempt(id, attempt);
}

function messageOf(news: AttemptNews): string {
  if (news.state === 'ready') return 'Ready';
  return news.state === 'failed' ? news.problem.message : news.message;
}

function progressOf(news: AttemptNews): number {
  if (news.state === 'ready') return 100;
  return news.state === 'running' ? news.progress : 0;
}

function problemJson(news: AttemptNews): string | null {
  return news.state === 'failed' ? JSON.stringify(news.problem) : null;
}
