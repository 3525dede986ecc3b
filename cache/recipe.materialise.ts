import type { Recipe } from './recipe.ts';
import type { OpenSource } from './recipe.sources.ts';
import { streamRecipe } from './recipe.stream.ts';
import type { ObjectStore } from './store.ts';
import { type Chunks, chunksOf, exactly, streamOf } from './stream.ts';

/**
 * Hashes bytes as they pass. WebCrypto can only hash what is whole in memory, so the runtime's own hash is passed in:
 * in Node `() => createHash('sha256')` of `node:crypto`.
 */
export type CreateHash = () => IncrementalHash;

export interface IncrementalHash {
  update(bytes: Uint8Array): unknown;
  digest(encoding: 'hex'): string;
}

export interface Materialised {
  /** SHA-256 of the whole clip in hexadecimal. */
  sha256: string;
  bytes: number;
  /** False when the clip lay in the store already. */
  written: boolean;
}

/**
 * Writes a whole clip to a store in one pass and hashes it on the way; memory is bounded. A clip that is stored
 * already is read and hashed instead, so a repeated or lost race gives the same answer.
 * @throws {Error} when the stored object is not as long as the clip; else what reading or the store throws.
 */
export async function materialise(
  recipe: Recipe,
  openSource: OpenSource,
  store: ObjectStore,
  key: string,
  createHash: CreateHash,
  signal?: AbortSignal,
): Promise<Materialised> {
  if ((await store.head(key)) === null) {
    const hash = createHash();
    const clip = streamRecipe(recipe, openSource, undefined, signal);
    const stream = streamOf(hashed(chunksOf(clip), hash));
    const options = { mediaType: recipe.mediaType, ifAbsent: true };
    const written = await store.put(key, { stream, sizeBytes: recipe.bytes }, options);
    if (written) return { sha256: hash.digest('hex'), bytes: recipe.bytes, written };
  }
  return { sha256: await hashStored(store, key, recipe.bytes, createHash()), bytes: recipe.bytes, written: false };
}

async function hashStored(store: ObjectStore, key: string, sizeBytes: number, hash: IncrementalHash): Promise<string> {
  const stored = await store.get(key);
  if (stored === null) throw new Error(`${key} was stored a moment ago and is gone.`);
  if (stored.head.sizeBytes !== sizeBytes) {
    await stored.body.cancel();
    throw new Error(`${key} is stored with ${stored.head.sizeBytes} bytes; its recipe gives ${sizeBytes}.`);
  }
  for await (const chunk of exactly(chunksOf(stored.body), sizeBytes)) hash.update(chunk);
  return hash.digest('hex');
}

async function* hashed(chunks: Chunks, hash: IncrementalHash): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}
