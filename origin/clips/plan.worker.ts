import type { MessagePort } from 'node:worker_threads';
import { workerData } from 'piscina';
import { serialiseRecipe } from '../../cache/recipe.ts';
import { Problem, type ProblemDetails } from '../../cache/problem.ts';
import { FileBlob } from '../../processors/blob.file.ts';
import type { PreparedBoundary } from '../../processors/boundary/prepared.ts';
import { loadPrepared } from '../../processors/boundary/serialise.ts';
import type { PlanInput } from '../../processors/engine.ts';
import { loadEngine } from '../../processors/engine.load.ts';
import type { SourceSettings } from '../catalogue/source.settings.ts';
import { toSourceContext } from '../catalogue/source.settings.ts';
import { openSource } from '../../processors/source/open.ts';
import { readSiblingStart } from '../../processors/source/sibling.ts';
import { suitCollector } from '../threads/heap.limits.ts';
import type { PlanTask } from './clip.task.ts';

/** What a thread is given. */
export interface PlanCall {
  task: PlanTask;
  /** Serialised prepared boundary, in shared memory. */
  boundary: Uint8Array;
  /** New file that the blob is written to. */
  blobFile: string;
  /** Takes fractions from 0 to 1. */
  progress: MessagePort;
}

/** What a thread gives back. Problems as data, since a thrown object loses its class on the way. */
export type PlanOutcome = { recipe: string } | { problem: ProblemDetails };

/** Progress is for people. */
const PROGRESS_INTERVAL_MS = 250;
/** Boundaries kept ready in each thread; they are views of shared memory. */
const BOUNDARIES_MAX = 8;

// What piscina gives as `any`; the pool that starts this thread sets it.
const settings: SourceSettings = workerData;
const context = toSourceContext(settings);
const boundaries = new Map<string, PreparedBoundary>();

/** Plans one clip, in a thread. */
export default async function plan({ task, boundary, blobFile, progress }: PlanCall): Promise<PlanOutcome> {
  try {
    return { recipe: await planClip(task, preparedOf(task.boundaryDigest, boundary), blobFile, progress) };
  } catch (error) {
    if (error instanceof Problem) return { problem: error.toJSON() };
    throw error;
  } finally {
    progress.close();
  }
}

async function planClip(
  task: PlanTask,
  boundary: PreparedBoundary,
  blobFile: string,
  progress: MessagePort,
): Promise<string> {
  const { source, engine, parameters } = task;
  const reader = await openSource(source.href, context, { etag: source.etag, bytes: source.bytes });
  try {
    const sink = await FileBlob.create(blobFile);
    try {
      const onProgress = throttled((fraction) => progress.postMessage(fraction, []));
      const planner = await loadEngine(engine);
      suitCollector(engine);
      const readBeside: PlanInput['readBeside'] = (suffix, lengthBytes) =>
        readSiblingStart(source.href, suffix, lengthBytes, context);
      const recipe = await planner.plan({ source: reader, boundary, parameters, sink, readBeside, onProgress });
      return serialiseRecipe(recipe);
    } finally {
      await sink.abort();
    }
  } finally {
    await reader.close();
  }
}

function preparedOf(digest: string, bytes: Uint8Array): PreparedBoundary {
  const prepared = boundaries.get(digest) ?? loadPrepared(bytes);
  boundaries.delete(digest);
  boundaries.set(digest, prepared);
  const [oldest] = boundaries.keys();
  if (boundaries.size > BOUNDARIES_MAX && oldest !== undefined) boundaries.delete(oldest);
  return prepared;
}

function throttled(report: (fraction: number) => void): (fraction: number) => void {
  let nextAtMs = 0;
  return (fraction) => {
    const nowMs = performance.now();
    if (nowMs < nextAtMs) return;
    nextAtMs = nowMs + PROGRESS_INTERVAL_MS;
    report(fraction);
  };
}
