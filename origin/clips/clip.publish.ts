import { type ClipPath, formatClipPath } from '../../cache/clip-path.ts';
import { manifestKey, pointerKey, recordKey } from '../../cache/keys.ts';
import { type ClipRecord, clipRecordSchema, type Manifest, manifestSchema } from '../../cache/record.ts';
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

/**
 * Writes a boundary's manifest: the clips from the database, and what the manifest knows already of those that cannot
 * be made. One writer at a time, so that none loses another's entry.
 * @param notCovered further fingerprints of clips that cannot be made, by clip path.
 */
export async function publishManifest(
  database: Database,
  store: ObjectStore,
  boundary: string,
  notCovered: Readonly<Record<string, string>> = {},
): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`manifest ${boundary}`]);
    const named = await clipsOfBoundary(transaction, boundary);
    const clips = Object.fromEntries(named.map(({ record }) => [record.path, record]));
    const known = { ...(await readManifest(store, boundary))?.notCovered, ...notCovered };
    const manifest: Manifest = {
      version: 1,
      boundary,
      clips,
      notCovered: Object.fromEntries(Object.entries(known).filter(([name]) => !Object.hasOwn(clips, name))),
    };
    await store.put(manifestKey(boundary), JSON.stringify(manifest), JSON_TYPE);
  });
}

/** Notes in its boundary's manifest that a clip cannot be made, unless that stands there. */
export async function publishNotCovered(
  database: Database,
  store: ObjectStore,
  path: ClipPath,
  fingerprint: string,
): Promise<void> {
  const name = formatClipPath(path);
  const manifest = await readManifest(store, path.boundary);
  if (manifest?.notCovered?.[name] === fingerprint) return;
  await publishManifest(database, store, path.boundary, { [name]: fingerprint });
}

async function readManifest(store: ObjectStore, boundary: string): Promise<Manifest | null> {
  const object = await store.get(manifestKey(boundary));
  return object === null ? null : manifestSchema.parse(await new Response(object.body).json());
}

/** Takes apart what `formatClipPath` made of valid parts. */
function readPath(text: string): ClipPath {
  const [boundary = '', dataset = '', version = '', file = ''] = text.split('/');
  return { boundary, dataset, version, file };
}
