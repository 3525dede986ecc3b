import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folderStore } from '../../../cache/store.folder.ts';
import { putIfChanged } from '../../../origin/snapshot/put.changed.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cutline-snapshot-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('putIfChanged writes a document that is new or other, and leaves the same one as it was', async () => {
  const store = folderStore(folder);
  const key = 'snapshot/test.json';
  expect(await putIfChanged(store, key, '{"a":1}')).toBe(true);
  const first = await store.head(key);
  expect(await putIfChanged(store, key, '{"a":1}')).toBe(false);
  expect((await store.head(key))?.etag).toBe(first?.etag);
  expect(await putIfChanged(store, key, '{"a":2}')).toBe(true);
  expect((await store.head(key))?.etag).not.toBe(first?.etag);
});
