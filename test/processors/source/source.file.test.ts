import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSource } from '../../../processors/source/open.ts';
import { hastyContext } from './hasty.ts';
import { numbered } from './server.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cutline-file-'));
  await mkdir(join(folder, 'data'));
  path = join(folder, 'data', 'x.bin');
  await writeFile(path, numbered(1000));
});
afterEach(() => rm(folder, { recursive: true }));

const open = (file: string, expected?: { etag: string; bytes: number }) =>
  openSource(pathToFileURL(file).href, context(), expected);
const context = () => hastyContext({ schemes: ['file'], fileRoots: [join(folder, 'none'), join(folder, 'data')] });

describe('a file that is no longer what was opened', () => {
  test.each<[string, () => Promise<void>, string]>([
    ['rewritten in place, same size', () => writeFile(path, numbered(1001).subarray(1)), 'source-changed'],
    ['touched', () => utimes(path, 1, 1), 'source-changed'],
    ['grown', () => writeFile(path, new Uint8Array(2000)), 'source-changed'],
    ['cut short', () => truncate(path, 500), 'source-changed'],
    ['replaced by another file', () => replace(), 'source-changed'],
    ['deleted', () => rm(path), 'source-missing'],
  ])('%s', async (_, change, kind) => {
    const reader = await open(path);
    await change();
    await expect(reader.read(900, 100)).rejects.toMatchObject({ name: 'Problem', kind });
    await expect(reader.stream(900, 100).getReader().read()).rejects.toMatchObject({ kind });
    expect(() => reader.readBlocking?.([{ offset: 900, target: new Uint8Array(100) }])).toThrow(
      expect.objectContaining({ name: 'Problem', kind }),
    );
    await reader.close();
  });

  test('or what was expected', async () => {
    const { etag, sizeBytes: bytes } = await open(path);
    await expect(open(path, { etag, bytes: bytes + 1 })).rejects.toMatchObject({ kind: 'source-changed' });
    await expect(open(path, { etag: '"other"', bytes })).rejects.toMatchObject({ kind: 'source-changed' });
  });
});

test('fills targets while the thread waits, and counts what that costs', async () => {
  const reader = await open(path);
  const before = { ...reader.statistics };
  const memory = new Uint8Array(320).fill(255);
  const wanted: [offset: number, length: number][] = [
    [990, 10],
    [0, 300],
    [500, 0],
    [123, 4],
  ];
  let at = 0;
  const targets = wanted.map(([offset, length]) => ({ offset, target: memory.subarray(at, (at += length)) }));
  reader.readBlocking?.(targets);
  for (const { offset, target } of targets) {
    expect(Buffer.compare(target, numbered(1000).subarray(offset, offset + target.length))).toBe(0);
  }
  expect(memory.subarray(314)).toEqual(new Uint8Array(6).fill(255));
  expect(reader.statistics).toEqual({ requests: before.requests + 3, bytesRead: before.bytesRead + 314 });
  await reader.close();
});

test.each([
  ['past the end', 1000, 1],
  ['across the end', 999, 2],
  ['before the start', -1, 1],
  ['at a fraction', 0.5, 1],
])('refuses to fill a target %s, and reads nothing of the others', async (_, offset, length) => {
  const reader = await open(path);
  const first = new Uint8Array(10).fill(255);
  const fill = () =>
    reader.readBlocking?.([
      { offset: 0, target: first },
      { offset, target: new Uint8Array(length) },
    ]);
  expect(fill).toThrow(expect.objectContaining({ name: 'Problem', kind: 'invalid-source' }));
  expect(first).toEqual(new Uint8Array(10).fill(255));
  await reader.close();
});

async function replace(): Promise<void> {
  await writeFile(`${path}.new`, numbered(1000));
  await rename(`${path}.new`, path);
}

describe('refuses', () => {
  test.each<[string, () => Promise<string>, string]>([
    ['a file that is not there', async () => join(folder, 'data', 'none.bin'), 'source-missing'],
    ['a folder', async () => join(folder, 'data'), 'unsupported-source'],
    ['a pipe, without waiting for its writer', async () => pipe(), 'unsupported-source'],
    ['a file outside of the roots', async () => outside(), 'unsupported-source'],
    ['a link that leads outside', async () => link(await outside()), 'unsupported-source'],
  ])('%s', async (_, make, kind) => {
    const outcome = open(await make());
    await expect(outcome).rejects.toMatchObject({
      name: 'Problem',
      kind,
      message: expect.not.stringContaining(folder),
    });
  });

  test.each([
    ['a file on another host', 'file://host/x.bin'],
    ['an escaped slash', 'file:///x%2Fy.bin'],
  ])('%s', async (_, href) => {
    await expect(openSource(href, context())).rejects.toMatchObject({ kind: 'source-unavailable' });
  });
});

function pipe(): string {
  const fifo = join(folder, 'data', 'pipe');
  execFileSync('mkfifo', [fifo]);
  return fifo;
}

async function outside(): Promise<string> {
  const file = join(folder, 'outside.bin');
  await writeFile(file, 'secret');
  return file;
}

async function link(target: string): Promise<string> {
  const name = join(folder, 'data', 'link.bin');
  await symlink(target, name);
  return name;
}
