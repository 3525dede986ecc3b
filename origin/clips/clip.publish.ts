import type { ClipPath } from '../../cache/clip-path.ts';
import { manifestKey, pointerKey, recordKey } from '../../cache/keys.ts';
import { type ClipRecord, clipRecordSchema, type Manifest } from '../../cache/record.ts';
import type { ObjectStore } from '../../cache/store.ts';
import type { Database, Queryable } from '../database/database.ts';
import { clipsOfBoundary, holdNamesOf } from './clip.store.ts';

const JSON_TYPE = { mediaType: 'application/json' };

/**
 * Writes to the store what the database says of a clip: its record, and the same under all its names. Within the
 * transaction the names are held, so that of two writers the later one also writes last.
 */
export async function publishClip(transaction: Queryable, store: ObjectStore, fingerprint: string): Promise<string[]> {
  const named = await holdNamesOf(transaction, fingerprint);
  const [first] = named;
  if (first !== undefined) await store.put(recordKey(fingerprint), JSON.stringify(first.record), JSON_TYPE);
  for (const { record } of named) await store.put(pointerKey(readPath(record.path)), JSON.stringify(record), JSON_TYPE);
  return [...new Set(named.map(({ boundary }) => boundary))];
}

/** The record of a clip as the store has it; null when it has none. */
export async function readRecord(store: ObjectStore, fingerprint: string): Promise<ClipRecord | null> {
  const object = await store.get(recordKey(fingerprint));
  return object === null ? null : clipRecordSchema.parse(await new Response(object.body).json());
}

/** Writes a boundary's manifest from the database, one writer at a time, so that none loses another's entry. */
export async function publishManifest(database: Database, store: ObjectStore, boundary: string): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`manifest ${boundary}`]);
    const clips = await clipsOfBoundary(transaction, boundary);
    const manifest: Manifest = {
      version: 1,
      boundary,
      clips: Object.fromEntries(clips.map(({ record }) => [record.path, record])),
    };
    await store.put(manifestKey(boundary), JSON.stringify(manifest), JSON_TYPE);
  });
}

/** Takes apart what `formatClipPath` made of valid parts. */
function readPath(text: string): ClipPath {
  const [boundary = '', dataset = '', version = '', file = ''] = text.split('/');
  return { boundary, dataset, version, file };
}
