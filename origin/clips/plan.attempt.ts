import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { formatClipPath } from '../../cache/clip-path.ts';
import { blobKey, recipeKey } from '../../cache/keys.ts';
import { type Recipe, serialiseRecipe } from '../../cache/recipe.ts';
import { parseRecipe } from '../../cache/recipe.parse.ts';
import type { ObjectStore } from '../../cache/store.ts';
import type { Counter } from '../counters.ts';
import type { Database } from '../database/database.ts';
import { beginAttempt, holdAttempt, reportAttempt, StaleAttempt } from '../jobs/job.store.ts';
import type { JobSignals } from '../jobs/job.signals.ts';
import type { Attempt, Queue } from '../jobs/queue.ts';
import type { Log } from '../log.ts';
import { publishClip, publishNotCovered, readRecord } from './clip.publish.ts';
import { insertClip, setPointer } from './clip.store.ts';
import { MATERIALISE, type PlanTask, planTaskSchema } from './clip.task.ts';
import { failureOf } from './failure.ts';
import type { Planner } from './planner.ts';
import type { Scratch } from './scratch.ts';

/** Writes to the job's row are for people who watch it. */
const REPORT_INTERVAL_MS = 1_000;
/** Planning is all but the last part of the way to a recipe in the store. */
const PLANNING_PERCENT = 95;

export interface PlanAttemptServices {
  database: Database;
  store: ObjectStore;
  queue: Queue;
  planner: Planner;
  scratch: Scratch;
  signals: JobSignals;
  counter: Counter;
  log: Log;
}

/**
 * One attempt at planning a clip. In this order: blob, recipe, record and pointer, then the job is ready. A later
 * attempt makes this one stale, and a stale one changes neither pointer nor job.
 * @throws what made it fail, when the queue should try again.
 */
export async function attemptPlan(
  services: PlanAttemptServices,
  { task: given, signal, isLast }: Attempt,
): Promise<void> {
  const task = planTaskSchema.parse(given);
  const { fingerprint } = task;
  const attempt = await beginAttempt(services.database, fingerprint);
  if (attempt === null) return;
  try {
    await makeRecipe(services, task, attempt, signal);
    services.queue.kick(MATERIALISE);
  } catch (error) {
    if (error instanceof StaleAttempt) return services.log.warn('stale attempt refused', { fingerprint, attempt });
    await recordFailure(services, task, { attempt, error, isLast, isAborted: signal.aborted });
  } finally {
    services.signals.notify(fingerprint);
  }
}

async function makeRecipe(
  services: PlanAttemptServices,
  task: PlanTask,
  attempt: number,
  signal: AbortSignal,
): Promise<void> {
  const { planner, scratch, counter, log } = services;
  const blobFile = scratch.newPath();
  const startedMs = performance.now();
  try {
    counter.add('planRuns');
    const recipe = await planner.plan(task, blobFile, progressReporter(services, task, attempt), signal);
    await storeRecipe(services, task, attempt, { recipe, blobFile });
    const elapsedMs = Math.round(performance.now() - startedMs);
    const { fingerprint } = task;
    log.info('clip planned', { path: formatClipPath(task.path), fingerprint, attempt, bytes: recipe.bytes, elapsedMs });
  } finally {
    await rm(blobFile, { force: true });
  }
}

async function storeRecipe(
  { database, store, queue }: PlanAttemptServices,
  task: PlanTask,
  attempt: number,
  made: { recipe: Recipe; blobFile: string },
): Promise<void> {
  const { fingerprint, boundaryDigest, path } = task;
  await putBlob(store, fingerprint, made.blobFile);
  const recipe = await putRecipe(store, fingerprint, made.recipe);
  // A store that outlived its database knows when the clip was first made.
  const earlier = await readRecord(store, fingerprint);
  const created = earlier === null ? new Date() : new Date(earlier.created);
  await database.transaction(async (transaction) => {
    await holdAttempt(transaction, fingerprint, attempt);
    await insertClip(transaction, { fingerprint, path: formatClipPath(path), boundaryDigest, created }, recipe);
    await setPointer(transaction, path, fingerprint);
    await queue.send(transaction, MATERIALISE, fingerprint, { fingerprint });
    await publishClip(transaction, store, fingerprint);
    await reportAttempt(transaction, fingerprint, attempt, { state: 'ready' });
  });
}

async function putBlob(store: ObjectStore, fingerprint: string, blobFile: string): Promise<void> {
  const { size: sizeBytes } = await stat(blobFile);
  const stream: ReadableStream<Uint8Array> = Readable.toWeb(createReadStream(blobFile));
  if (await store.put(blobKey(fingerprint), { stream, sizeBytes }, { ifAbsent: true })) return;
  const stored = await store.head(blobKey(fingerprint));
  if (stored?.sizeBytes === sizeBytes) return;
  throw new Error(`The blob of ${fingerprint} has ${sizeBytes} bytes; another of ${stored?.sizeBytes ?? 0} is stored.`);
}

/** The recipe that stands in the store afterwards, be it this one or that of an earlier attempt. */
async function putRecipe(store: ObjectStore, fingerprint: string, recipe: Recipe): Promise<Recipe> {
  const key = recipeKey(fingerprint);
  if (await store.put(key, serialiseRecipe(recipe), { mediaType: 'application/json', ifAbsent: true })) return recipe;
  const stored = await store.get(key);
  if (stored === null) throw new Error(`${key} was stored a moment ago and is gone.`);
  return parseRecipe(await new Response(stored.body).text());
}

function progressReporter(
  { database, log }: PlanAttemptServices,
  { fingerprint }: PlanTask,
  attempt: number,
): (fraction: number) => void {
  let nextAtMs = 0;
  return (fraction) => {
    const nowMs = performance.now();
    if (nowMs < nextAtMs) return;
    nextAtMs = nowMs + REPORT_INTERVAL_MS;
    const progress = Math.round(fraction * PLANNING_PERCENT);
    reportAttempt(database, fingerprint, attempt, { state: 'running', progress, message: 'Planning' }).catch(
      (error: unknown) => log.debug('progress not written', { fingerprint, error }),
    );
  };
}

async function recordFailure(
  { database, store, counter, log }: PlanAttemptServices,
  { fingerprint, path }: PlanTask,
  { attempt, error, isLast, isAborted }: { attempt: number; error: unknown; isLast: boolean; isAborted: boolean },
): Promise<void> {
  const { problem, isTransient } = failureOf(error);
  const isRetried = isTransient && !isLast;
  log.warn('planning failed', {
    path: formatClipPath(path),
    fingerprint,
    attempt,
    isRetried,
    problem,
    cause: problem.cause,
  });
  if (!isRetried) counter.add('plansFailed');
  const news = isRetried
    ? ({ state: 'queued', message: isAborted ? 'Waiting for its turn' : `Trying again: ${problem.message}` } as const)
    : ({ state: 'failed', problem } as const);
  if (problem.kind === 'no-coverage') {
    // The next request for the clip tries again.
    await publishNotCovered(database, store, path, fingerprint).catch((reason: unknown) =>
      log.warn('manifest not written', { fingerprint, error: reason }),
    );
  }
  try {
    await reportAttempt(database, fingerprint, attempt, news);
  } catch (reportError) {
    if (!(reportError instanceof StaleAttempt)) throw reportError;
  }
  if (isRetried) throw error;
}
