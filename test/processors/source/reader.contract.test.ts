import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RangeReader } from '../../../cache/range.ts';
import { openSource } from '../../../processors/source/open.ts';
import { memoryReader } from '../../../processors/source/source.memory.ts';
import { collect } from './collect.ts';
import { hastyContext } from './hasty.ts';
import { startBucket } from './s3.server.ts';
import { answer, numbered, serve } from './server.ts';

const FILE = numbered(300_000);

interface Subject {
  open(expect?: { etag: string; bytes: number }): Promise<RangeReader>;
  close(): Promise<void>;
}

async function memorySubject(): Promise<Subject> {
  return { open: async () => memoryReader(FILE), close: async () => undefined };
}

async function fileSubject(): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'cutline-file-'));
  const path = join(folder, 'data 1.bin');
  await writeFile(path, FILE);
  const context = hastyContext({ schemes: ['file'], fileRoots: [folder] });
  return {
    open: (state) => openSource(pathToFileURL(path).href, context, state),
    close: () => rm(folder, { recursive: true }),
  };
}

async function httpSubject(etag: string | null): Promise<Subject> {
  const server = await serve((request, response) => answer(FILE, request, response, { etag }));
  return { open: (state) => openSource(server.url, hastyContext(), state), close: server.close };
}

async function s3Subject(): Promise<Subject> {
  const bucket = await startBucket();
  await bucket.put('a folder/data+1 (é)!.bin', FILE);
  const href = `s3://${bucket.bucket}/a%20folder/data%2B1%20(%C3%A9)!.bin`;
  const context = hastyContext({ schemes: ['s3'], s3: bucket.s3 });
  return { open: (state) => openSource(href, context, state), close: bucket.close };
}

describe.each<[string, () => Promise<Subject>]>([
  ['memory', memorySubject],
  ['file:', fileSubject],
  ['http: with a strong ETag', () => httpSubject('"v1"')],
  ['http: with Last-Modified only', () => httpSubject(null)],
  ['s3:', s3Subject],
])('a reader of %s', (_, start) => {
  let subject: Subject;
  let reader: RangeReader;
  beforeAll(async () => {
    subject = await start();
    reader = await subject.open();
  });
  afterAll(async () => {
    await reader.close();
    await subject.close();
  });

  test('knows size and a strong validator', () => {
    expect(reader.sizeBytes).toBe(FILE.length);
    expect(reader.etag).toMatch(/^"[^"]+"$/);
  });

  test.each([
    [0, 0],
    [0, 1],
    [0, 65_536],
    [65_535, 2],
    [100_000, 50_000],
    [299_999, 1],
    [300_000, 0],
    [0, 300_000],
  ])('reads from %i, %i bytes', async (offset, length) => {
    expect(Buffer.compare(await reader.read(offset, length), FILE.subarray(offset, offset + length))).toBe(0);
  });

  test.each([
    [300_000, 1],
    [299_999, 2],
    [-1, 1],
    [0, -1],
    [0.5, 1],
    [0, Number.NaN],
    [2 ** 60, 1],
    [0, 2 ** 40],
  ])('refuses to read from %d, %d bytes', async (offset, length) => {
    const refusal = { name: 'Problem', kind: 'invalid-source' };
    await expect(reader.read(offset, length)).rejects.toMatchObject(refusal);
    await expect(reader.readMany([{ offset, length }])).rejects.toMatchObject(refusal);
    await expect(collect(reader.stream(offset, length))).rejects.toMatchObject(refusal);
  });

  test('answers many ranges in the order given, each in memory of its own', async () => {
    const ranges = Array.from({ length: 50 }, (__, index) => ({
      offset: ((index * 7919) % 290) * 1000,
      length: index * 9,
    }));
    ranges.push({ offset: 0, length: 10 }, { offset: 0, length: 10 });
    const read = await reader.readMany(ranges);
    ranges.forEach(({ offset, length }, index) => {
      expect(Buffer.compare(read[index] ?? new Uint8Array(), FILE.subarray(offset, offset + length))).toBe(0);
    });
    expect(new Set(read.map(({ buffer }) => buffer)).size).toBe(ranges.length);
    expect(await reader.readMany([])).toEqual([]);
  });

  test('streams a run', async () => {
    expect(Buffer.compare(await collect(reader.stream(1234, 290_000)), FILE.subarray(1234, 291_234))).toBe(0);
    expect(await collect(reader.stream(5, 0))).toHaveLength(0);
  });

  test('a cancelled stream stops', async () => {
    const stream = reader.stream(0, 300_000).getReader();
    await stream.read();
    await stream.cancel();
    await expect(stream.read()).resolves.toMatchObject({ done: true });
  });

  test('an aborted signal ends reads with its reason', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(reader.read(50_000, 10, signal)).rejects.toThrow('enough');
    await expect(reader.readMany([{ offset: 50_000, length: 10 }], signal)).rejects.toThrow('enough');
    await expect(collect(reader.stream(50_000, 10, signal))).rejects.toThrow('enough');
  });

  test('counts what it costs', async () => {
    const before = { ...reader.statistics };
    await reader.read(200_000, 1000);
    expect(reader.statistics).toEqual({ requests: before.requests + 1, bytesRead: before.bytesRead + 1000 });
  });

  test('opens in the state that an earlier reader saw', async () => {
    const again = await subject.open({ etag: reader.etag, bytes: reader.sizeBytes });
    expect(again.etag).toBe(reader.etag);
    expect(Buffer.compare(await again.read(7, 100), FILE.subarray(7, 107))).toBe(0);
    await again.close();
  });
});

describe('s3:', () => {
  test.each<[string, string, Partial<{ secretAccessKey: string }>, string]>([
    ['a key that is not there', 's3://sources/none.bin', {}, 'source-missing'],
    ['a wrong secret', 's3://sources/x.bin', { secretAccessKey: 'wrong' }, 'source-unavailable'],
    ['no key', 's3://sources/', {}, 'unsupported-source'],
    ['a query', 's3://sources/x.bin?versionId=1', {}, 'unsupported-source'],
    ['a broken escape', 's3://sources/%E0%A4%A', {}, 'unsupported-source'],
  ])('%s', async (_, href, secret, kind) => {
    const bucket = await startBucket();
    const credentials = bucket.s3.credentials === null ? null : { ...bucket.s3.credentials, ...secret };
    const context = hastyContext({ schemes: ['s3'], s3: { ...bucket.s3, credentials } });
    await bucket.put('x.bin', FILE);
    await expect(openSource(href, context)).rejects.toMatchObject({ name: 'Problem', kind });
    await bucket.close();
  });

  test('an object that is replaced is told from the one that was opened', async () => {
    const bucket = await startBucket();
    await bucket.put('x.bin', FILE);
    const reader = await openSource('s3://sources/x.bin', hastyContext({ schemes: ['s3'], s3: bucket.s3 }));
    await bucket.put('x.bin', FILE.toReversed());
    await expect(reader.read(100_000, 10)).rejects.toMatchObject({ kind: 'source-changed' });
    await bucket.close();
  });
});
