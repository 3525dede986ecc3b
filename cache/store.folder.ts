import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { type FileHandle, link, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ByteRange } from './range.ts';
import { discardBody, withoutText } from './store.body.ts';
import { pathOfKey, segmentOfFileName, TEMPORARY_FOLDER } from './store.folder.path.ts';
import { requestedBytes } from './store.range.ts';
import type { GetOptions, ObjectBody, ObjectHead, ObjectStore, PutOptions, StoredObject } from './store.ts';
import { chunksOf, exactly, streamOf } from './stream.ts';

const READ_CHUNK_BYTES = 256 * 1024;

/**
 * A store in a folder, for one machine; any number of processes may share it. An object is written to a temporary
 * file and then moved into place, so it is there whole or not at all. A key cannot be another's folder: where there
 * is `a`, there can be no `a/b`.
 */
export function folderStore(root: string): ObjectStore {
  return {
    head: (key) => head(root, key),
    get: (key, options) => get(root, key, options),
    put: (key, body, options) => put(root, key, body, options),
    async delete(key) {
      await unlessMissing(unlink(pathOfKey(root, key)));
    },
    list: (prefix) => list(root, prefix),
  };
}

async function head(root: string, key: string): Promise<ObjectHead | null> {
  const facts = await unlessMissing(stat(pathOfKey(root, key), { bigint: true }));
  return facts?.isFile() === true ? describe(key, facts) : null;
}

/** A replaced file has another inode, a changed one another time. */
function describe(key: string, { size, mtimeNs, ino, mtime }: BigIntStats): ObjectHead {
  const etag = `"${[size, mtimeNs, ino].map((value) => value.toString(36)).join('-')}"`;
  return { key, sizeBytes: Number(size), etag, lastModified: mtime };
}

async function get(root: string, key: string, options: GetOptions = {}): Promise<StoredObject | null> {
  const file = await unlessMissing(open(pathOfKey(root, key)));
  if (file === null) return null;
  try {
    // Of the open file, not of the path: it may be replaced meanwhile.
    const facts = await file.stat({ bigint: true });
    if (!facts.isFile()) {
      await file.close();
      return null;
    }
    const range = requestedBytes(key, Number(facts.size), options);
    const body = streamOf(readFile(file, range), () => void file.close().catch(() => {}));
    return { head: describe(key, facts), body };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function* readFile(file: FileHandle, { offset, length }: ByteRange): AsyncGenerator<Uint8Array, void> {
  try {
    let position = 0;
    while (position < length) {
      const buffer = new Uint8Array(Math.min(READ_CHUNK_BYTES, length - position));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, offset + position);
      if (bytesRead === 0) throw new Error(`The file was cut short: it ends at byte ${offset + position}.`);
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function put(root: string, key: string, body: ObjectBody, { ifAbsent = false }: PutOptions = {}) {
  try {
    const path = pathOfKey(root, key);
    if (ifAbsent && (await head(root, key)) !== null) return false;
    const temporary = join(root, TEMPORARY_FOLDER, randomUUID());
    await mkdir(dirname(temporary), { recursive: true });
    try {
      await writeFile(temporary, body);
      await mkdir(dirname(path), { recursive: true });
      if (ifAbsent) return await linkUnlessTaken(temporary, path);
      await rename(temporary, path);
      return true;
    } finally {
      await unlessMissing(unlink(temporary));
    }
  } finally {
    await discardBody(body);
  }
}

async function writeFile(path: string, body: ObjectBody): Promise<void> {
  const file = await open(path, 'wx');
  try {
    const bytes = withoutText(body);
    if (bytes instanceof Uint8Array) {
      await file.writeFile(bytes);
    } else {
      for await (const chunk of exactly(chunksOf(bytes.stream), bytes.sizeBytes)) await file.writeFile(chunk);
    }
    // On disk before it has a name: a power cut must not leave an empty object.
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Unlike a rename, a link never replaces what is there. */
async function linkUnlessTaken(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function* list(root: string, prefix: string): AsyncGenerator<ObjectHead, void> {
  const keys: string[] = [];
  for await (const key of keysBelow(root, '', prefix)) keys.push(key);
  // Across folders the order of names is not the order of keys: `a-b` goes before `a/b`.
  keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const key of keys) {
    const found = await head(root, key);
    if (found !== null) yield found;
  }
}

async function* keysBelow(folder: string, parentKey: string, prefix: string): AsyncGenerator<string, void> {
  const entries = (await unlessMissing(readdir(folder, { withFileTypes: true }))) ?? [];
  for (const entry of entries) {
    const segment = segmentOfFileName(entry.name);
    if (segment === null) continue;
    const key = parentKey + segment;
    if (entry.isFile() && key.startsWith(prefix)) yield key;
    if (!entry.isDirectory()) continue;
    const folderKey = `${key}/`;
    const mayHold = folderKey.startsWith(prefix) || prefix.startsWith(folderKey);
    if (mayHold) yield* keysBelow(join(folder, entry.name), folderKey, prefix);
  }
}

/** Null for what is not there, which includes what would lie below a file. */
async function unlessMissing<T>(action: Promise<T>): Promise<T | null> {
  try {
    return await action;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
