import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ObjectBody, ObjectStore } from '../../cache/store.ts';
import { bytesOf, failingBody, patternBody, patternBytes, streamBody } from './store.bodies.ts';

export interface OpenedStore {
  store: ObjectStore;
  close?: () => Promise<void>;
}

export interface ContractOptions {
  /** A length that the store writes in parts, or one that is large for it. */
  largeBytes: number;
  /**
   * False for the one known gap: wrangler's local S3 endpoint ignores `If-None-Match` when an upload in parts is
   * completed, so of parallel large writes several may believe that they won. R2 and S3 themselves do not.
   */
  isLargeIfAbsentExact: boolean;
}

const RACERS = 50;

/** What every {@link ObjectStore} must do, whatever it is made of. */
export function describeStore(name: string, open: () => Promise<OpenedStore>, options: ContractOptions): void {
  describe(name, () => {
    let opened: OpenedStore;
    let store: ObjectStore;
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(async () => opened.close?.());

    describeObjects(() => store);
    describeRanges(() => store);
    describeIfAbsent(() => store);
    describeLarge(() => store, options);
    describeList(() => store);
    describeKeys(() => store);
  });
}

function describeObjects(store: () => ObjectStore): void {
  describe('objects', () => {
    const bodies: [string, string, ObjectBody, string][] = [
      ['a text', 'objects/text', 'grüße', 'grüße'],
      ['an empty text', 'objects/empty', '', ''],
      ['bytes', 'objects/bytes', bytesOf('abc'), 'abc'],
      ['no bytes', 'objects/no-bytes', new Uint8Array(), ''],
      ['a part of a larger array', 'objects/subarray', bytesOf('xxabcxx').subarray(2, 5), 'abc'],
      ['a stream', 'objects/stream', streamBody(['ab', '', 'cde']), 'abcde'],
      ['an empty stream', 'objects/empty-stream', streamBody([]), ''],
    ];
    test.each(bodies)('%s comes back as it was put', async (_, key, body, expected) => {
      expect(await store().put(key, body, { mediaType: 'text/plain' })).toBe(true);
      expect(await readText(store(), key)).toBe(expected);
    });

    test('head and get tell key, size, a quoted ETag and when it was written', async () => {
      const before = Date.now();
      await store().put('objects/described', 'four');
      const head = await store().head('objects/described');
      expect(head).toMatchObject({ key: 'objects/described', sizeBytes: 4 });
      expect(head?.etag).toMatch(/^"[^"]+"$/);
      // Some stores keep whole seconds.
      expect(head?.lastModified.getTime()).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000);
      const stored = await store().get('objects/described', { offset: 1, length: 2 });
      await stored?.body.cancel();
      expect(stored?.head).toEqual(head);
    });

    test('an object that is not there is null', async () => {
      expect(await store().head('objects/absent')).toBeNull();
      expect(await store().get('objects/absent')).toBeNull();
      expect(await store().get('objects/absent', { offset: 0, length: 0 })).toBeNull();
      expect(await store().head('objects/text/below-an-object')).toBeNull();
    });

    test('a put replaces, and the ETag tells', async () => {
      await store().put('objects/replaced', 'one');
      const first = await store().head('objects/replaced');
      await store().put('objects/replaced', 'two!');
      const second = await store().head('objects/replaced');
      expect(await readText(store(), 'objects/replaced')).toBe('two!');
      expect(second?.etag).not.toBe(first?.etag);
    });

    test('a reader that began before a replacement gets the old bytes, whole', async () => {
      await store().put('objects/read-while-replaced', 'old');
      const stored = await store().get('objects/read-while-replaced');
      await store().put('objects/read-while-replaced', 'new');
      expect(await new Response(stored?.body).text()).toBe('old');
    });

    test('delete removes, and again does no harm', async () => {
      await store().put('objects/deleted', 'x');
      await store().delete('objects/deleted');
      await store().delete('objects/deleted');
      expect(await store().head('objects/deleted')).toBeNull();
    });

    const broken: [string, string, () => ObjectBody][] = [
      ['shorter than it says', 'broken/short', () => streamBody(['abc'], 5)],
      ['longer than it says', 'broken/long', () => streamBody(['abc'], 2)],
      ['failing half-way', 'broken/failing', () => failingBody(10)],
    ];
    test.each(broken)('a stream %s is refused and leaves nothing', async (_, key, body) => {
      await expect(store().put(key, body())).rejects.toThrow();
      await expect(store().put(key, body(), { ifAbsent: true })).rejects.toThrow();
      expect(await store().head(key)).toBeNull();
    });
  });
}

function describeRanges(store: () => ObjectStore): void {
  describe('ranges', () => {
    const inside: [number | undefined, number | undefined, string][] = [
      [0, 10, '0123456789'],
      [0, 1, '0'],
      [9, 1, '9'],
      [3, 4, '3456'],
      [7, undefined, '789'],
      [undefined, 3, '012'],
      [4, 0, ''],
      [10, 0, ''],
    ];
    test.each(inside)('offset %s, length %s', async (offset, length, expected) => {
      await store().put('ranges/digits', '0123456789', { ifAbsent: true });
      const range = { ...(offset === undefined ? {} : { offset }), ...(length === undefined ? {} : { length }) };
      const stored = await store().get('ranges/digits', range);
      expect(await new Response(stored?.body).text()).toBe(expected);
      expect(stored?.head.sizeBytes).toBe(10);
    });

    const outside: [number, number | undefined][] = [
      [0, 11],
      [9, 2],
      [10, 1],
      [11, undefined],
      [12, 0],
    ];
    test.each(outside)('offset %s, length %s is refused, not shortened', async (offset, length) => {
      await store().put('ranges/digits', '0123456789', { ifAbsent: true });
      const range = length === undefined ? { offset } : { offset, length };
      await expect(store().get('ranges/digits', range)).rejects.toThrow();
    });
  });
}

function describeIfAbsent(store: () => ObjectStore): void {
  describe('ifAbsent', () => {
    test('writes what is not there and leaves what is', async () => {
      expect(await store().put('absent/one', 'first', { ifAbsent: true })).toBe(true);
      expect(await store().put('absent/one', 'second', { ifAbsent: true })).toBe(false);
      expect(await store().put('absent/one', streamBody(['third']), { ifAbsent: true })).toBe(false);
      expect(await readText(store(), 'absent/one')).toBe('first');
    });

    test('ends a stream that it does not want', async () => {
      await store().put('absent/taken', 'x');
      let cancelled = false;
      const stream = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) }, { highWaterMark: 0 });
      expect(await store().put('absent/taken', { stream, sizeBytes: 10 }, { ifAbsent: true })).toBe(false);
      expect(cancelled).toBe(true);
    });

    const kinds: [string, (text: string) => ObjectBody][] = [
      ['texts', (text) => text],
      ['streams', (text) => streamBody([text])],
    ];
    test.each(kinds)(`of ${RACERS} parallel writes of %s exactly one wins`, async (kind, body) => {
      const key = `absent/race-${kind}`;
      const results = await Promise.all(
        Array.from({ length: RACERS }, (_, racer) => store().put(key, body(`racer ${racer}`), { ifAbsent: true })),
      );
      expect(results.filter((won) => won)).toHaveLength(1);
      expect(await readText(store(), key)).toBe(`racer ${results.indexOf(true)}`);
    });
  });
}

function describeLarge(store: () => ObjectStore, { largeBytes, isLargeIfAbsentExact }: ContractOptions): void {
  describe(`an object of ${largeBytes} bytes`, () => {
    test('is written from a stream and read by range', async () => {
      expect(await store().put('large/one', patternBody(largeBytes), { ifAbsent: true })).toBe(true);
      expect(await store().put('large/one', patternBody(largeBytes), { ifAbsent: true })).toBe(false);
      expect((await store().head('large/one'))?.sizeBytes).toBe(largeBytes);
      const offset = Math.floor(largeBytes / 2) - 3;
      const stored = await store().get('large/one', { offset, length: 1000 });
      const bytes = new Uint8Array(await new Response(stored?.body).arrayBuffer());
      expect(bytes).toEqual(patternBytes(offset, 1000));
    });

    test('leaves nothing when its stream fails near the end', async () => {
      await expect(store().put('large/failing', failingBody(largeBytes))).rejects.toThrow();
      expect(await store().head('large/failing')).toBeNull();
    });

    test('has one winner of two parallel writes, as far as the store can tell', async () => {
      const put = () => store().put('large/race', patternBody(largeBytes), { ifAbsent: true });
      const won = (await Promise.all([put(), put()])).filter((result) => result).length;
      expect(won).toBeGreaterThanOrEqual(1);
      if (isLargeIfAbsentExact) expect(won).toBe(1);
      expect((await store().head('large/race'))?.sizeBytes).toBe(largeBytes);
    });
  });
}

function describeList(store: () => ObjectStore): void {
  describe('list', () => {
    const keys = ['list/a', 'list/a-b', 'list/b/1', 'list/b/2', 'list/b0', 'list/c/d/e', 'listed'];

    test('gives the keys below a prefix in ascending order', async () => {
      await Promise.all(keys.toReversed().map((key) => store().put(key, key)));
      expect(await listKeys(store(), 'list/')).toEqual(keys.slice(0, -1));
      expect(await listKeys(store(), 'list')).toEqual(keys);
      expect(await listKeys(store(), 'list/b/')).toEqual(['list/b/1', 'list/b/2']);
      expect(await listKeys(store(), 'list/b')).toEqual(['list/b/1', 'list/b/2', 'list/b0']);
      expect(await listKeys(store(), 'list/none')).toEqual([]);
    });

    test('describes each as head does', async () => {
      await store().put('list-described/one', 'body');
      for await (const listed of store().list('list-described/')) {
        const head = await store().head(listed.key);
        // Some stores tell fractions of a second in one place only.
        expect(Math.floor(listed.lastModified.getTime() / 1000)).toBe(
          Math.floor((head?.lastModified.getTime() ?? 0) / 1000),
        );
        expect({ ...listed, lastModified: null }).toEqual({ ...head, lastModified: null });
      }
    });

    test('goes on past one page of answers', async () => {
      const many = Array.from({ length: 1005 }, (_, index) => `list-many/${String(index).padStart(4, '0')}`);
      for (let start = 0; start < many.length; start += 50) {
        await Promise.all(many.slice(start, start + 50).map((key) => store().put(key, '')));
      }
      expect(await listKeys(store(), 'list-many/')).toEqual(many);
    });
  });
}

function describeKeys(store: () => ObjectStore): void {
  describe('keys', () => {
    const good = [
      'keys/bbox:-16.9,13,-13.7,13.9/relief-1.0-bbox:-16.9,13,-13.7,13.9.tif',
      'keys/with space & <angle> "quote" \'single\'',
      'keys/100%/%2F/+plus=equals?question#hash',
      'keys/übung/日本/🌍',
      "keys/!*'()~;@$",
      'keys/.hidden/..twice/...',
      `keys/${'long'.repeat(50)}`,
    ];
    test.each(good)('%s', async (key) => {
      expect(await store().put(key, key, { ifAbsent: true })).toBe(true);
      expect(await readText(store(), key)).toBe(key);
      expect(await listKeys(store(), key)).toEqual([key]);
      await store().delete(key);
      expect(await store().head(key)).toBeNull();
    });

    const bad = ['', '/', '/keys/a', 'keys/', 'keys//a', '..', '../keys', 'keys/../a', 'keys/.', 'keys\\a', 'keys/\0'];
    test.each([...bad, `keys/${'x'.repeat(1020)}`])('%j is no key', async (key) => {
      await expect(store().put(key, 'x')).rejects.toThrow(RangeError);
      await expect(store().get(key)).rejects.toThrow(RangeError);
      await expect(store().head(key)).rejects.toThrow(RangeError);
      await expect(store().delete(key)).rejects.toThrow(RangeError);
    });
  });
}

async function readText(store: ObjectStore, key: string): Promise<string | null> {
  const stored = await store.get(key);
  return stored === null ? null : new Response(stored.body).text();
}

export async function listKeys(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}
