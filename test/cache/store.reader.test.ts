import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderStore } from '../../cache/store.folder.ts';
import { openStoreReader } from '../../cache/store.reader.ts';
import type { ObjectStore } from '../../cache/store.ts';
import { integer, randomBytes, seededRandom } from './random.ts';

const BYTES = randomBytes(seededRandom(30), 1_000_000);

describe('openStoreReader', () => {
  let root: string;
  let store: ObjectStore;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'cutline-reader-'));
    store = folderStore(root);
    await store.put('object', BYTES);
  });
  afterAll(() => rm(root, { recursive: true }));

  test('reads ranges, streams and lists of ranges as they lie in the object', async () => {
    const random = seededRandom(31);
    const reader = await openStoreReader(store, 'object');
    expect(reader).toMatchObject({ href: 'store:object', sizeBytes: BYTES.length });
    const ranges = Array.from({ length: 200 }, () => {
      const offset = integer(random, 0, BYTES.length);
      return { offset, length: integer(random, 0, Math.min(3000, BYTES.length - offset)) };
    });
    const pieces = await reader.readMany(ranges);
    for (const [index, { offset, length }] of ranges.entries()) {
      const expected = Buffer.from(BYTES.subarray(offset, offset + length));
      expect(expected.equals(pieces[index] ?? Buffer.of(0))).toBe(true);
      expect(expected.equals(await reader.read(offset, length))).toBe(true);
      const streamed = await new Response(reader.stream(offset, length)).arrayBuffer();
      expect(expected.equals(Buffer.from(streamed))).toBe(true);
    }
  });

  test('fetches near ranges together and counts what it cost', async () => {
    const reader = await openStoreReader(store, 'object');
    const ranges = Array.from({ length: 100 }, (_, index) => ({ offset: index * 1000, length: 900 }));
    await reader.readMany(ranges);
    expect(reader.statistics.requests).toBe(1);
    expect(reader.statistics.bytesRead).toBe(99_900);
  });

  test.each([
    ['past the end', 999_999, 2],
    ['before the start', -1, 2],
    ['of negative length', 10, -1],
    ['of a fraction', 0.5, 1],
  ])('refuses a range %s', async (_, offset, length) => {
    const reader = await openStoreReader(store, 'object');
    await expect(reader.read(offset, length)).rejects.toMatchObject({ kind: 'invalid-source' });
    const streamed = new Response(reader.stream(offset, length)).arrayBuffer();
    await expect(streamed).rejects.toMatchObject({ kind: 'invalid-source' });
  });

  test('is pinned: an object that is replaced or deleted is not read on', async () => {
    await store.put('pinned', 'first');
    const reader = await openStoreReader(store, 'pinned');
    await store.put('pinned', 'again');
    await expect(reader.read(0, 5)).rejects.toMatchObject({ kind: 'source-changed' });
    await store.delete('pinned');
    await expect(reader.read(0, 5)).rejects.toMatchObject({ kind: 'source-missing' });
  });

  test('an object that is not there', async () => {
    await expect(openStoreReader(store, 'absent')).rejects.toMatchObject({ kind: 'source-missing' });
  });

  test('a store that fails', async () => {
    const reader = await openStoreReader(store, 'object');
    const cause = new Error('disk on fire');
    const broken: ObjectStore = { ...store, head: () => Promise.reject(cause), get: () => Promise.reject(cause) };
    await expect(openStoreReader(broken, 'object')).rejects.toMatchObject({ kind: 'source-unavailable', cause });
    const half: ObjectStore = { ...store, get: () => Promise.reject(cause) };
    const opened = await openStoreReader(half, 'object');
    await expect(opened.read(0, 1)).rejects.toMatchObject({ kind: 'source-unavailable', cause });
    await reader.close();
  });

  test('an aborted signal ends a read with its reason', async () => {
    const reader = await openStoreReader(store, 'object');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(reader.read(0, 10, signal)).rejects.toThrow('enough');
    await expect(reader.readMany([{ offset: 0, length: 10 }], signal)).rejects.toThrow('enough');
  });
});
