import type { ObjectStore } from '../../cache/store.ts';

/**
 * Writes a JSON document unless the store holds the very same, so that readers which look at its ETag see a change
 * only when there is one. @returns whether it was written.
 */
export async function putIfChanged(store: ObjectStore, key: string, json: string): Promise<boolean> {
  const stored = await store.get(key);
  if (stored !== null && (await new Response(stored.body).text()) === json) return false;
  await store.put(key, json, { mediaType: 'application/json' });
  return true;
}
