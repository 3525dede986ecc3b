import type { BoundaryEntry, Catalogue } from '../../cache/catalogue.ts';
import { sha256Hex } from '../../cache/digest.ts';
import { fingerprint } from '../../cache/fingerprint.ts';
import {
  blobKey,
  boundaryKey,
  clipKey,
  manifestKey,
  recipeKey,
  recordKey,
  SNAPSHOT_BOUNDARIES_KEY,
  SNAPSHOT_CATALOGUE_KEY,
} from '../../cache/keys.ts';
import { finishRecipe } from '../../cache/recipe.ts';
import type { ClipRecord } from '../../cache/record.ts';
import type { ObjectStore } from '../../cache/store.ts';
import { BOUNDARIES, CATALOGUE, FAR_SOURCE, geometryOf } from './catalogue.fixture.ts';

/** A time with a whole second, as HTTP dates have. */
export const CREATED = '2026-03-01T10:00:00.000Z';
export const RELIEF_PATH = 'gmb/relief/1.0/relief-1.0-gmb.tif';
export const RELIEF_URL = `/packages/${RELIEF_PATH}`;

/** Writes the snapshot and all geometries. */
export async function publishSnapshot(
  store: ObjectStore,
  catalogue: Catalogue = CATALOGUE,
  boundaries: BoundaryEntry[] = BOUNDARIES,
): Promise<void> {
  await store.put(SNAPSHOT_CATALOGUE_KEY, JSON.stringify(catalogue));
  await store.put(SNAPSHOT_BOUNDARIES_KEY, JSON.stringify({ version: 1, boundaries }));
  for (const entry of boundaries) await store.put(boundaryKey(entry.digest), JSON.stringify(geometryOf(entry)));
}

/** Bytes without a pattern that a wrong offset could hit, the same every time. */
export function noise(sizeBytes: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeBytes);
  let state = seed;
  for (let index = 0; index < sizeBytes; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** The fingerprint that the snapshot leads one to expect of the relief of a country, Gambia's if none is given. */
export function reliefFingerprint(
  sourceEtag: string = FAR_SOURCE.etag,
  boundaryDigest = 'digest-of-gmb',
): Promise<string> {
  return fingerprint({
    boundaryDigest,
    engine: 'cog',
    outputVersion: 1,
    sources: [{ ...FAR_SOURCE, etag: sourceEtag }],
    parameters: { nodata: -9999 },
  });
}

export interface ClipFixture {
  fingerprint: string;
  path?: string;
  /** The whole file, stored; without it the clip is only a recipe. */
  stored?: Uint8Array<ArrayBuffer>;
  /** Recipe: a blob, and how the file is put together from it and a source. */
  blob?: Uint8Array<ArrayBuffer>;
  source?: { href: string; etag: string; bytes: number };
  segments?: [source: number, offset: number, length: number][];
}

/** Writes a clip as the origin does: blob, recipe, file, record; the caller moves the pointer. */
export async function writeClip(store: ObjectStore, clip: ClipFixture): Promise<ClipRecord> {
  const blob = clip.blob ?? clip.stored ?? new Uint8Array(0);
  const recipe = await finishRecipe({
    mediaType: 'image/tiff; application=geotiff; profile=cloud-optimized',
    blob: { sha256: await sha256Hex(blob), bytes: blob.length },
    sources: clip.source === undefined ? [] : [clip.source],
    segments: clip.segments ?? [[0, 0, blob.length]],
    report: { engine: 'cog', outputVersion: 1, counts: {}, notes: [] },
  });
  const record: ClipRecord = {
    version: 1,
    fingerprint: clip.fingerprint,
    path: clip.path ?? RELIEF_PATH,
    bytes: recipe.bytes,
    etag: recipe.etag,
    mediaType: recipe.mediaType,
    boundaryDigest: 'digest-of-gmb',
    created: CREATED,
    stored: clip.stored !== undefined,
    sha256: clip.stored === undefined ? null : await sha256Hex(clip.stored),
  };
  await store.put(blobKey(clip.fingerprint), blob);
  await store.put(recipeKey(clip.fingerprint), JSON.stringify(recipe));
  if (clip.stored !== undefined) await store.put(clipKey(clip.fingerprint), clip.stored);
  await store.put(recordKey(clip.fingerprint), JSON.stringify(record));
  return record;
}

/** Makes a named URL mean a clip, and lists it in the package's manifest. */
export async function pointTo(store: ObjectStore, record: ClipRecord): Promise<void> {
  const boundary = record.path.split('/')[0] ?? '';
  await store.put(`current/${record.path}`, JSON.stringify(record));
  const manifest = { version: 1, boundary, clips: { [record.path]: record } };
  await store.put(manifestKey(boundary), JSON.stringify(manifest));
}
