import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ClipRecord } from '../../cache/record.ts';
import { type Edge, startEdge } from './edge.fixture.ts';
import { type SourceDouble, startSource } from './source.double.ts';
import { noise, pointTo, RELIEF_URL, reliefFingerprint, writeClip } from './store.fixture.ts';

const SOURCE = noise(900_000, 3);
const BLOB = noise(2000, 4);
/** Blob and source in turns: short pieces, and one long enough for a request of its own. */
const SEGMENTS: [number, number, number][] = [
  [0, 0, 1000],
  [1, 500, 700],
  [0, 1000, 1000],
  [1, 100_000, 600_000],
];
const FILE = Buffer.concat(
  SEGMENTS.map(([source, offset, length]) => (source === 0 ? BLOB : SOURCE).subarray(offset, offset + length)),
);

let edge: Edge;
let source: SourceDouble;
beforeEach(async () => {
  [edge, source] = await Promise.all([startEdge(), startSource(SOURCE)]);
});
afterEach(async () => {
  await Promise.all([edge.stop(), source.stop()]);
});

async function publish(href: string, etag = source.etag): Promise<ClipRecord> {
  const fingerprint = await reliefFingerprint();
  const pinned = { href, etag, bytes: SOURCE.length };
  const record = await writeClip(edge.store, { fingerprint, blob: BLOB, source: pinned, segments: SEGMENTS });
  await pointTo(edge.store, record);
  return record;
}

describe('a clip that is not stored yet, of a source that the edge can reach', () => {
  test('is put together from blob and source without the origin', async () => {
    await publish(source.url);
    const response = await edge.fetch(RELIEF_URL);
    expect(response.headers.get('cache-status')).toBe('cutline; hit; detail=virtual');
    expect(response.headers.get('content-length')).toBe(String(FILE.length));
    expect(response.headers.has('repr-digest')).toBe(false);
    expect(Buffer.from(await response.arrayBuffer()).equals(FILE)).toBe(true);
    expect(edge.origin.calls).toEqual([]);
  });

  test.each([
    [0, 1],
    [990, 1010],
    [1690, 1710],
    [2690, 2710],
    [500_000, 602_700],
  ])('gives the range %i to %i', async (start, end) => {
    await publish(source.url);
    const response = await edge.fetch(RELIEF_URL, { headers: { range: `bytes=${start}-${end - 1}` } });
    expect(response.status).toBe(206);
    expect(Buffer.from(await response.arrayBuffer()).equals(FILE.subarray(start, end))).toBe(true);
  });

  test('gives no range of another file than the client has a part of', async () => {
    await publish(source.url);
    const response = await edge.fetch(RELIEF_URL, { headers: { range: 'bytes=0-9', 'if-match': '"another"' } });
    expect([response.status, response.headers.has('content-range')]).toEqual([412, false]);
    expect(await response.json()).toMatchObject({ type: 'urn:cutline:problem:precondition-failed' });
    expect(source.ranges).toEqual([]);
  });

  test.each([
    ['a server that checks If-Match', false],
    ['a server that ignores If-Match', true],
  ])('is planned again when the source has changed, on %s', async (_reason, ignoresIfMatch) => {
    await publish(source.url);
    source.etag = '"source-2"';
    source.ignoresIfMatch = ignoresIfMatch;
    const renewed = noise(3000, 5);
    const fresh = await writeClip(edge.store, { fingerprint: '2'.repeat(64), stored: renewed });
    edge.origin.answer = () => ({ status: 200, body: { state: 'ready', job: 'job-1', record: fresh } });
    const response = await edge.fetch(RELIEF_URL);
    expect(response.headers.get('etag')).toBe(fresh.etag);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(renewed);
  });

  test('is a problem when the source stays away', async () => {
    await publish(source.url);
    source.bytes = SOURCE.subarray(0, 10);
    const response = await edge.fetch(RELIEF_URL);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ type: 'urn:cutline:problem:source-unavailable' });
  });
});

describe('a clip that is not stored yet, of a source that only the origin can read', () => {
  test.each([
    ['a local file', 'file:///data/relief.tif', '"relief-1"'],
    ['a web server without ETags', 'https://example.org/relief.tif', '"size-mtime:900000-1700000000000"'],
  ])('comes through the origin: %s', async (_reason, href, etag) => {
    const { fingerprint } = await publish(href, etag);
    edge.origin.answer = () => ({
      status: 206,
      body: FILE.subarray(10, 20),
      headers: { 'content-range': `bytes 10-19/${FILE.length}`, 'content-type': 'image/tiff' },
    });
    const response = await edge.fetch(RELIEF_URL, { headers: { range: 'bytes=10-19' } });
    expect(response.status).toBe(206);
    expect(Buffer.from(await response.arrayBuffer()).equals(FILE.subarray(10, 20))).toBe(true);
    expect(edge.origin.calls).toMatchObject([
      { target: `/clips/${fingerprint}/bytes`, headers: { range: 'bytes=10-19' } },
    ]);
  });

  test('is never another range than was asked for', async () => {
    await publish('file:///data/relief.tif');
    const headers = { 'content-range': `bytes 0-9/${FILE.length}` };
    edge.origin.answer = () => ({ status: 206, body: FILE.subarray(0, 10), headers });
    const response = await edge.fetch(RELIEF_URL, { headers: { range: 'bytes=10-19' } });
    expect(response.status).toBe(503);
  });

  test('breaks the connection rather than end early', async () => {
    await publish('file:///data/relief.tif');
    edge.origin.answer = () => ({ status: 200, body: FILE.subarray(0, 5000) });
    const response = await edge.fetch(RELIEF_URL);
    expect(response.headers.get('content-length')).toBe(String(FILE.length));
    await expect(response.arrayBuffer()).rejects.toThrow();
  });
});
