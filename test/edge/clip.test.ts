import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../cache/digest.ts';
import { clipKey } from '../../cache/keys.ts';
import type { ClipRecord } from '../../cache/record.ts';
import { type Edge, startEdge } from './edge.fixture.ts';
import { CREATED, noise, pointTo, RELIEF_URL, reliefFingerprint, writeClip } from './store.fixture.ts';

const FILE = noise(70_001);
const MODIFIED = new Date(CREATED).toUTCString();

let edge: Edge;
let record: ClipRecord;
beforeAll(async () => {
  edge = await startEdge({ originDown: true });
  record = await writeClip(edge.store, { fingerprint: await reliefFingerprint(), stored: FILE });
  await pointTo(edge.store, record);
});
afterAll(() => edge.stop());

describe('a stored clip', () => {
  test('comes whole, with all that describes it, though the origin is down', async () => {
    const response = await edge.fetch(RELIEF_URL, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(response.status).toBe(200);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(FILE);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
      'cache-control': 'public, max-age=300, stale-while-revalidate=86400, no-transform',
      'cache-status': 'cutline; hit',
      'content-disposition': 'attachment; filename="relief-1.0-gmb.tif"',
      'content-length': String(FILE.length),
      'content-type': 'image/tiff; application=geotiff; profile=cloud-optimized',
      etag: record.etag,
      'last-modified': MODIFIED,
      'repr-digest': `sha-256=:${Buffer.from(await sha256Hex(FILE), 'hex').toString('base64')}:`,
      'x-content-type-options': 'nosniff',
    });
    expect(response.headers.has('content-encoding')).toBe(false);
    expect(response.headers.get('link')).toContain('<https://creativecommons.org/licenses/by/4.0/>; rel="license"');
    expect(response.headers.get('link')).toContain('</packages/gmb/datapackage.json>; rel="describedby"');
    expect(response.headers.get('link')).toContain('</packages/gmb>; rel="collection"');
  });

  test('HEAD has the headers of GET and no body', async () => {
    const get = await edge.fetch(RELIEF_URL);
    await get.arrayBuffer();
    const head = await edge.fetch(RELIEF_URL, { method: 'HEAD' });
    const shared = (response: Response) =>
      [...response.headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name));
    expect(shared(head)).toEqual(shared(get));
    expect(await head.text()).toBe('');
  });

  test.each([
    ['a range', { range: 'bytes=100-199' }, 206, [100, 200]],
    ['an open range', { range: 'bytes=70000-' }, 206, [70_000, 70_001]],
    ['a suffix', { range: 'bytes=-5' }, 206, [69_996, 70_001]],
    ['a range with the right If-Range', { range: 'bytes=0-9', 'if-range': 'ETAG' }, 206, [0, 10]],
    ['a range with an old If-Range gets the whole file', { range: 'bytes=0-9', 'if-range': '"old"' }, 200, [0, 70_001]],
    ['two ranges get the whole file', { range: 'bytes=0-9,20-29' }, 200, [0, 70_001]],
    ['If-None-Match of what is there', { 'if-none-match': 'ETAG' }, 304, [0, 0]],
    ['If-None-Match beats Range', { 'if-none-match': 'ETAG', range: 'bytes=0-9' }, 304, [0, 0]],
    ['If-Modified-Since the date', { 'if-modified-since': MODIFIED }, 304, [0, 0]],
    ['If-Match of what is there', { 'if-match': 'ETAG' }, 200, [0, 70_001]],
  ])('%s', async (_reason, headers, status, [start = 0, end = 0]) => {
    const sent = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('ETAG', record.etag)]),
    );
    const response = await edge.fetch(RELIEF_URL, { headers: sent });
    expect(response.status).toBe(status);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(FILE.subarray(start, end));
    if (status === 206) expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${FILE.length}`);
    expect(response.headers.get('etag')).toBe(record.etag);
  });

  test.each([
    ['a range behind the end', { range: 'bytes=70001-' }, 416, 'range-not-satisfiable'],
    ['If-Match of something else', { 'if-match': '"other"' }, 412, 'precondition-failed'],
  ])('%s is refused with a problem', async (_reason, headers, status, kind) => {
    const response = await edge.fetch(RELIEF_URL, { headers });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ type: `urn:cutline:problem:${kind}`, status });
    if (status === 416) expect(response.headers.get('content-range')).toBe(`bytes */${FILE.length}`);
  });
});

describe('?v=', () => {
  test('names the bytes for ever', async () => {
    const response = await edge.fetch(`${RELIEF_URL}?v=${record.fingerprint}`);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable, no-transform');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(FILE);
  });

  test.each([
    ['no fingerprint', RELIEF_URL, 'latest'],
    ['an unknown one', RELIEF_URL, 'f'.repeat(64)],
    ['that of another address', '/packages/zmb/relief/1.0/relief-1.0-zmb.tif', 'RECORD'],
  ])('with %s is an unknown clip', async (_reason, url, fingerprint) => {
    const response = await edge.fetch(`${url}?v=${fingerprint.replace('RECORD', record.fingerprint)}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: 'urn:cutline:problem:unknown-clip' });
  });
});

test.each(['f=gpkg', 'f=html', 'f=tif', 'mask=bbox', 'format=gpkg', 'crs=EPSG:3857', 'resolution=10', 'anything=1'])(
  'the option %s is refused rather than ignored',
  async (option) => {
    const response = await edge.fetch(`${RELIEF_URL}?${option}`);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ type: 'urn:cutline:problem:unsupported-option' });
  },
);

test('a file that the store has lost is put together by its recipe', async () => {
  const path = 'zmb/relief/1.0/relief-1.0-zmb.tif';
  const lost = await writeClip(edge.store, { fingerprint: '1'.repeat(64), path, stored: FILE });
  await pointTo(edge.store, lost);
  await edge.store.delete(clipKey(lost.fingerprint));
  const response = await edge.fetch(`/packages/${path}`, { headers: { range: 'bytes=5-8' } });
  expect(response.headers.get('cache-status')).toContain('virtual');
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(FILE.subarray(5, 9));
});
