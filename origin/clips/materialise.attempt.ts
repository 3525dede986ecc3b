import { createHash } from 'node:crypto';
import { blobKey, clipKey, recipeKey } from '../../cache/keys.ts';
import { openStoreReader } from '../../cache/store.reader.ts';
import type { Recipe } from '../../cache/recipe.ts';
import { parseRecipe } from '../../cache/recipe.parse.ts';
import { BLOB_SOURCE_ID } from '../../cache/recipe.ts';
import { materialise } from '../../cache/recipe.materialise.ts';
import type { OpenSource } from '../../cache/recipe.sources.ts';
import type { ObjectStore } from '../../cache/store.ts';
import type { SourceContext } from '../../processors/source/context.ts';
import { openSource } from '../../processors/source/open.ts';
import type { Counter } from '../counters.ts';
import type { Database } from '../database/database.ts';
import type { Attempt } from '../jobs/queue.ts';
import type { Log } from '../log.ts';
import { publishClip, publishManifest } from './clip.publish.ts';
import { findClip, markStored } from './clip.store.ts';
import { materialiseTaskSchema } from './clip.task.ts';
import { failureOf } from './failure.ts';

export interface MaterialiseServices {
  database: Database;
  store: ObjectStore;
  sources: SourceContext;
  counter: Counter;
  log: Log;
}

/**
 * Writes a whole clip to the store by its recipe, and its SHA-256 into record, pointer and manifest.
 * @throws what made it fail, when the queue should try again.
 */
export async function attemptMaterialise(
  services: MaterialiseServices,
  { task, signal, isLast }: Attempt,
): Promise<void> {
  const { fingerprint } = materialiseTaskSchema.parse(task);
  try {
    await storeClip(services, fingerprint, signal);
  } catch (error) {
    const { problem, isTransient } = failureOf(error);
    services.log.warn('clip not stored', { fingerprint, problem, cause: problem.cause });
    if (isTransient && !isLast) throw error;
  }
}

async function storeClip(services: MaterialiseServices, fingerprint: string, signal: AbortSignal): Promise<void> {
  const { database, store, sources, counter, log } = services;
  const clip = await findClip(database, fingerprint);
  if (clip === null) return;
  if (!clip.stored) {
    const recipe = await readRecipe(store, fingerprint);
    if (recipe === null) return log.warn('clip has no recipe to be stored by', { fingerprint });
    const open = recipeOpener(store, sources, fingerprint);
    const made = await materialise(recipe, open, store, clipKey(fingerprint), () => createHash('sha256'), signal);
    await database.transaction(async (transaction) => {
      await markStored(transaction, fingerprint, made.sha256);
      await publishClip(transaction, store, fingerprint);
    });
    counter.add('clipsMaterialised');
    log.info('clip stored', { fingerprint, bytes: made.bytes, written: made.written });
  }
  // Also when the clip was stored before: an attempt may have ended between the two.
  const boundaries = await database.query<{ boundary: string }>(
    'SELECT DISTINCT boundary FROM pointers WHERE fingerprint = $1',
    [fingerprint],
  );
  for (const { boundary } of boundaries) await publishManifest(database, store, boundary);
}

/** The recipe of a clip; null when the store has none. */
export async function readRecipe(store: ObjectStore, fingerprint: string): Promise<Recipe | null> {
  const stored = await store.get(recipeKey(fingerprint));
  return stored === null ? null : parseRecipe(await new Response(stored.body).text());
}

/** Opens what a recipe takes bytes from: the blob in the store, sources pinned to the state they were planned on. */
export function recipeOpener(store: ObjectStore, sources: SourceContext, fingerprint: string): OpenSource {
  return ({ id, href, etag, bytes }) =>
    id === BLOB_SOURCE_ID ? openStoreReader(store, blobKey(fingerprint)) : openSource(href, sources, { etag, bytes });
}
