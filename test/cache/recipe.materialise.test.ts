import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { materialise } from '../../cache/recipe.materialise.ts';
import { BLOB_SOURCE_ID, type RecipeSource } from '../../cache/recipe.ts';
import { folderStore } from '../../cache/store.folder.ts';
import { openStoreReader } from '../../cache/store.reader.ts';
import type { ObjectStore } from '../../cache/store.ts';
import { seededRandom } from './random.ts';
import { sampleRecipe, ScatteredReaders } from './recipe.sample.ts';

const sha256 = () => createHash('sha256');

describe('materialise', () => {
  let root: string;
  let store: ObjectStore;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'cutline-materialise-'));
    store = folderStore(root);
  });
  afterEach(() => rm(root, { recursive: true }));

  test('stores the clip, its blob read from the store, and hashes it', async () => {
    const random = seededRandom(20);
    const { recipe, sources, whole } = await sampleRecipe(random, 120);
    await store.put('blob', sources[BLOB_SOURCE_ID] ?? '');
    const readers = new ScatteredReaders(sources, { random });
    const open = (source: RecipeSource) =>
      source.id === BLOB_SOURCE_ID ? openStoreReader(store, 'blob') : readers.open(source);
    const expected = { sha256: sha256().update(whole).digest('hex'), bytes: whole.length };
    expect(await materialise(recipe, open, store, 'clip', sha256)).toEqual({ ...expected, written: true });
    const stored = await store.get('clip');
    expect(Buffer.from(await new Response(stored?.body).arrayBuffer()).equals(whole)).toBe(true);
    expect(await materialise(recipe, open, store, 'clip', sha256)).toEqual({ ...expected, written: false });
  });

  test('parallel calls agree, and one of them wrote', async () => {
    const random = seededRandom(21);
    const { recipe, sources } = await sampleRecipe(random, 50);
    const readers = new ScatteredReaders(sources, { random });
    const results = await Promise.all(
      Array.from({ length: 8 }, () => materialise(recipe, readers.open, store, 'clip', sha256)),
    );
    expect(results.filter(({ written }) => written)).toHaveLength(1);
    expect(new Set(results.map((result) => result.sha256)).size).toBe(1);
    expect(readers.closed).toBe(readers.opened);
  });

  test('leaves nothing when a source fails, and closes the others', async () => {
    const random = seededRandom(22);
    const { recipe, sources } = await sampleRecipe(random, 50);
    const readers = new ScatteredReaders(sources, { random, spoil: (piece) => piece.subarray(1) });
    await expect(materialise(recipe, readers.open, store, 'clip', sha256)).rejects.toThrow();
    expect(await store.head('clip')).toBeNull();
    expect(readers.closed).toBe(readers.opened);
  });

  test('does not vouch for a stored object of another size', async () => {
    const { recipe, sources } = await sampleRecipe(seededRandom(23), 5);
    const readers = new ScatteredReaders(sources, { random: seededRandom(23) });
    await store.put('clip', 'something else');
    await expect(materialise(recipe, readers.open, store, 'clip', sha256)).rejects.toThrow(/14 bytes/);
  });

  test('stops when it is aborted', async () => {
    const { recipe, sources } = await sampleRecipe(seededRandom(24), 50);
    const readers = new ScatteredReaders(sources, { random: seededRandom(24) });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(materialise(recipe, readers.open, store, 'clip', sha256, signal)).rejects.toThrow('enough');
    expect(await store.head('clip')).toBeNull();
  });
});
