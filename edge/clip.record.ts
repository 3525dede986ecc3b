import type { ClipPath } from '../cache/clip-path.ts';
import { pointerKey, recordKey } from '../cache/keys.ts';
import { type ClipRecord, clipRecordSchema } from '../cache/record.ts';
import type { ObjectStore } from '../cache/store.ts';

/** What a named URL means now; null when the clip was never made. */
export function readPointer(store: ObjectStore, path: ClipPath): Promise<ClipRecord | null> {
  return readRecord(store, pointerKey(path));
}

/** What is known of the clip of a fingerprint; null when there is none. */
export function readFingerprintRecord(store: ObjectStore, fingerprint: string): Promise<ClipRecord | null> {
  return readRecord(store, recordKey(fingerprint));
}

async function readRecord(store: ObjectStore, key: string): Promise<ClipRecord | null> {
  const object = await store.get(key);
  return object === null ? null : clipRecordSchema.parse(await new Response(object.body).json());
}
