import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderStore } from '../../cache/store.folder.ts';
import { describeStore, listKeys } from './store.contract.ts';

async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'cutline-store-'));
}

async function openFolderStore() {
  const root = await temporaryFolder();
  return { store: folderStore(root), close: () => rm(root, { recursive: true }) };
}

describeStore('folder store', openFolderStore, { largeBytes: 5_000_000, isLargeIfAbsentExact: true });

describe('folder store on disk', () => {
  let root: string;
  beforeEach(async () => {
    root = await temporaryFolder();
  });
  afterEach(() => rm(root, { recursive: true }));

  test('leaves no temporary file, whether a put wins, loses or fails', async () => {
    const store = folderStore(root);
    await store.put('a/b', 'x', { ifAbsent: true });
    await store.put('a/b', 'y', { ifAbsent: true });
    const stream = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('broken')) });
    await expect(store.put('a/c', { stream, sizeBytes: 1 })).rejects.toThrow('broken');
    expect(await readdir(join(root, '.tmp'))).toEqual([]);
  });

  test('does not list files that it did not write', async () => {
    const store = folderStore(root);
    await store.put('a', 'x');
    await writeFile(join(root, '.DS_Store'), '');
    expect(await listKeys(store, '')).toEqual(['a']);
  });

  test('a key cannot lie below another one', async () => {
    const store = folderStore(root);
    await store.put('a', 'x');
    await expect(store.put('a/b', 'y')).rejects.toThrow();
    expect(await store.get('a/b')).toBeNull();
  });

  test('refuses a segment that no file system takes', async () => {
    await expect(folderStore(root).put('é'.repeat(50), 'x')).rejects.toThrow(RangeError);
  });
});
