import type { ClipPath } from '../../cache/clip-path.ts';
import { formatClipPath } from '../../cache/clip-path.ts';
import { isFingerprint } from '../../cache/fingerprint.ts';
import { quoted } from '../../cache/ids.ts';
import { blobKey, clipKey, recipeKey } from '../../cache/keys.ts';
import type { ClipReady, Job } from '../../cache/origin-api.ts';
import { Problem } from '../../cache/problem.ts';
import type { ClipRecord } from '../../cache/record.ts';
import type { ObjectStore } from '../../cache/store.ts';
import type { JobSignals } from '../jobs/job.signals.ts';
import { countQueued, findJob, type KnownJob, problemOf, queueJob } from '../jobs/job.store.ts';
import type { Queue } from '../jobs/queue.ts';
import { publishClip, publishNotCovered, readRecord } from './clip.publish.ts';
import { type ClipResolver, resolveClip } from './clip.resolve.ts';
import { adoptClip, findClip, findPointer, markUnstored, setPointer } from './clip.store.ts';
import { MATERIALISE, PLAN, type PlanTask } from './clip.task.ts';
import { isRemembered } from './failure.ts';
import { waitForJob } from './job.wait.ts';

export interface ClipMakerServices extends ClipResolver {
  queue: Queue;
  signals: JobSignals;
}

/** Has clips made, each once (design, section 5, third layer). */
export class ClipMaker {
  readonly #services: ClipMakerServices;
  /** Starts under way in this process, by clip path and fingerprint. */
  readonly #starts = new Map<string, Promise<ClipRecord | null>>();

  constructor(services: ClipMakerServices) {
    this.#services = services;
  }

  /**
   * Gives a clip's record once its recipe is known, or its job when `waitMs` are over before. Idempotent: however
   * often and from wherever it is called, one job runs for each fingerprint.
   * @throws {Problem} what is wrong with the path, or what keeps the clip from being made.
   */
  async make(path: ClipPath, waitMs: number): Promise<ClipReady | Job> {
    const deadlineMs = performance.now() + waitMs;
    const outcome = await this.#makeOnce(path, deadlineMs);
    // The source changed after it was looked at: the clip of its new state is another one, planned once more.
    const isChanged = outcome instanceof Problem && outcome.kind === 'source-changed';
    const settled = isChanged ? await this.#makeOnce(path, deadlineMs) : outcome;
    if (settled instanceof Problem) throw settled;
    return settled;
  }

  async #makeOnce(path: ClipPath, deadlineMs: number): Promise<ClipReady | Job | Problem> {
    const task = await resolveClip(this.#services, path);
    const { fingerprint } = task;
    const record = await this.#startOnce(task);
    if (record !== null) return { state: 'ready', job: fingerprint, record };
    const job = await waitForJob(this.#services, fingerprint, deadlineMs);
    if (job.state === 'failed') return problemOf(job) ?? new Problem('internal', job.message);
    if (job.state !== 'ready') return job;
    const made = await findPointer(this.#services.database, path);
    return made?.fingerprint === fingerprint ? { state: 'ready', job: fingerprint, record: made } : job;
  }

  /** Calls for the same clip at the same time share one look and one start. */
  #startOnce(task: PlanTask): Promise<ClipRecord | null> {
    const key = `${formatClipPath(task.path)} ${task.fingerprint}`;
    const underWay = this.#starts.get(key);
    if (underWay !== undefined) return underWay;
    const start = this.#findOrStart(task).finally(() => this.#starts.delete(key));
    this.#starts.set(key, start);
    return start;
  }

  /** The record of a clip that is made; else sees to it that a job makes it. */
  async #findOrStart(task: PlanTask): Promise<ClipRecord | null> {
    const { database, store, queue } = this.#services;
    const ready = await this.#findReady(task);
    if (ready !== null) return ready;
    const known = await findJob(database, task.fingerprint);
    const problem = known === null ? null : problemOf(known.job);
    if (known !== null && problem !== null && isRemembered(problem, known.idleSeconds)) {
      // The job may have failed under another name of the clip.
      if (problem.kind === 'no-coverage') await publishNotCovered(database, store, task.path, task.fingerprint);
      throw problem;
    }
    await this.#requireRoom();
    await database.transaction(async (transaction) => {
      const isNew = await queue.send(transaction, PLAN, task.fingerprint, task);
      // A job whose process died while nobody was left to take it over is begun anew here.
      if (isNew) await queueJob(transaction, task.fingerprint, formatClipPath(task.path));
    });
    queue.kick(PLAN);
    return null;
  }

  async #requireRoom(): Promise<void> {
    if ((await countQueued(this.#services.database)) < QUEUED_MAX) return;
    throw new Problem('overloaded', `${QUEUED_MAX} clips are waiting to be made. Try again in a while.`, {
      retryAfterSeconds: OVERLOADED_RETRY_SECONDS,
    });
  }

  async #findReady({ fingerprint, path }: PlanTask): Promise<ClipRecord | null> {
    const { database, store, queue } = this.#services;
    const known = (await findClip(database, fingerprint)) ?? (await readRecord(store, fingerprint));
    if (known === null || !(await isServable(store, fingerprint))) return null;
    const isFileLost = known.stored && (await store.head(clipKey(fingerprint))) === null;
    const pointer = await findPointer(database, path);
    if (pointer?.fingerprint === fingerprint && pointer.stored && !isFileLost) return pointer;
    // Made for another name, or by a database that is gone, or not stored to the end, or lost by the store.
    await database.transaction(async (transaction) => {
      await adoptClip(transaction, known);
      if (isFileLost) await markUnstored(transaction, fingerprint);
      await setPointer(transaction, path, fingerprint);
      await publishClip(transaction, store, fingerprint);
      await queue.send(transaction, MATERIALISE, fingerprint, { fingerprint });
    });
    queue.kick(MATERIALISE);
    return findPointer(database, path);
  }

  /** A job by its id. @throws {Problem} `unknown-job` */
  async job(id: string): Promise<Job> {
    const { database } = this.#services;
    const known = isFingerprint(id) ? await findJob(database, id) : null;
    if (known !== null) return (await this.#isAbandoned(known)) ? abandoned(known.job) : known.job;
    const clip = isFingerprint(id) ? await findClip(database, id) : null;
    if (clip !== null) return finishedJob(clip);
    throw new Problem('unknown-job', `There is no job ${quoted(id)}.`);
  }

  /** Whether a job that is not over has nobody left who would end it. */
  async #isAbandoned({ job, idleSeconds }: KnownJob): Promise<boolean> {
    if (job.state === 'ready' || job.state === 'failed' || idleSeconds < IDLE_MAX_SECONDS) return false;
    return !(await this.#services.queue.isLive(PLAN, job.id));
  }
}

/** Several minutes of work for one node; more would wait longer than anybody does. */
const QUEUED_MAX = 1_000;
const OVERLOADED_RETRY_SECONDS = 60;
/** A job that said nothing for this long is looked up in the queue. */
const IDLE_MAX_SECONDS = 30;

/** Whether the store has all that a clip can be put together from. */
async function isServable(store: ObjectStore, fingerprint: string): Promise<boolean> {
  const heads = await Promise.all([store.head(recipeKey(fingerprint)), store.head(blobKey(fingerprint))]);
  return !heads.includes(null);
}

function abandoned(job: Job): Job {
  const problem = new Problem('origin-unavailable', 'What made this clip has stopped. Ask for the clip again.');
  return { ...job, state: 'failed', message: problem.message, problem: { ...problem.toJSON() } };
}

/** The job of a clip that the database learned of from the store. */
function finishedJob({ fingerprint, path, created }: ClipRecord): Job {
  const times = { created, started: null, finished: created };
  return { id: fingerprint, path, state: 'ready', progress: 100, message: 'Ready', ...times, problem: null };
}
