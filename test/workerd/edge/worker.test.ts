import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { SNAPSHOT_CATALOGUE_KEY } from '../../../cache/keys.ts';
import type { ClipRecord } from '../../../cache/record.ts';
import { noise, pointTo, RELIEF_URL, reliefFingerprint, writeClip } from '../../edge/store.fixture.ts';
import { publishAnew, startWorker, store } from './worker.fixture.ts';

const FILE = noise(70_001);

let record: ClipRecord;
let get: ReturnType<typeof startWorker>;
beforeEach(async () => {
  await publishAnew();
  record = await writeClip(store, { fingerprint: await reliefFingerprint(), stored: FILE });
  await pointTo(store, record);
  get = startWorker();
});

describe('a clip from R2, the origin being down', () => {
  test('comes whole', async () => {
    const response = await get(RELIEF_URL, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
      'cache-status': 'cutline; hit',
      'content-disposition': 'attachment; filename="relief-1.0-gmb.tif"',
      'content-length': String(FILE.length),
      etag: record.etag,
    });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(FILE);
  });

  test.each([
    ['a range', 'GET', { range: 'bytes=100-199' }, 206, [100, 200]],
    ['an open range', 'GET', { range: 'bytes=70000-' }, 206, [70_000, 70_001]],
    ['a suffix', 'GET', { range: 'bytes=-5' }, 206, [69_996, 70_001]],
    ['two ranges', 'GET', { range: 'bytes=0-9,20-29' }, 200, [0, 70_001]],
    ['a malformed range', 'GET', { range: 'bytes=9-0' }, 200, [0, 70_001]],
    ['a range of HEAD', 'HEAD', { range: 'bytes=0-9' }, 200, [0, 0]],
    ['HEAD', 'HEAD', {}, 200, [0, 0]],
    ['If-None-Match of what is there', 'GET', { 'if-none-match': 'ETAG' }, 304, [0, 0]],
    ['If-None-Match of HEAD', 'HEAD', { 'if-none-match': 'W/ETAG' }, 304, [0, 0]],
    ['If-Range of something else', 'GET', { range: 'bytes=0-9', 'if-range': '"old"' }, 200, [0, 70_001]],
  ])('%s (%s %o) is %i', async (_reason, method, headers, status, [start = 0, end = 0]) => {
    const sent = Object.entries(headers).map(([name, value]) => [name, value.replace('ETAG', record.etag)]);
    const response = await get(RELIEF_URL, { method, headers: Object.fromEntries(sent) });
    expect(response.status).toBe(status);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(FILE.subarray(start, end));
    if (method === 'HEAD' && status === 200) expect(response.headers.get('content-length')).toBe(String(FILE.length));
    if (status === 206) expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${FILE.length}`);
  });

  test.each([
    ['a range behind the end', { range: 'bytes=70001-' }, 416],
    ['If-Match of something else', { 'if-match': '"other"' }, 412],
  ])('%s is a problem', async (_reason, headers, status) => {
    const response = await get(RELIEF_URL, { headers });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ status });
  });

  test('that is not made cannot be made, but all that is known is served', async () => {
    const response = await get('/packages/zmb/relief/1.0/relief-1.0-zmb.tif');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '10']);
    expect(await response.json()).toMatchObject({ type: 'urn:cutline:problem:origin-unavailable' });
    for (const target of [
      '/',
      '/boundaries',
      '/boundaries/gmb',
      '/datasets',
      '/packages/gmb',
      '/packages/gmb?f=html',
      '/packages/gmb/relief/1.0/',
    ]) {
      expect([target, (await get(target)).status]).toEqual([target, 200]);
    }
  });

  test('leaves no lock and no hint behind when it cannot be made', async () => {
    await get('/packages/zmb/relief/1.0/relief-1.0-zmb.tif');
    expect((await env.KV.list()).keys).toEqual([]);
  });
});

describe('a Worker', () => {
  test.each([
    ['ORIGIN_SECRET', 'short'],
    ['ORIGIN_URL', 'nowhere'],
    ['HINTS', 'maybe'],
  ])('with a bad %s answers 500 and tells nobody the value', async (name, value) => {
    const response = await startWorker({ [name]: value })('/healthz');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain(value);
  });

  test('without a snapshot says that it is not ready', async () => {
    await store.delete(SNAPSHOT_CATALOGUE_KEY);
    const response = await get('/packages/gmb');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await get('/healthz')).status).toBe(200);
  });

  test.each([
    ['cutline.css', 'text/css'],
    ['home.client.js', 'text/javascript'],
    ['icon.svg', 'image/svg+xml'],
  ])('serves %s of the page', async (name, mediaType) => {
    const response = await get(`/assets/${name}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(mediaType);
    expect((await response.text()).length).toBeGreaterThan(100);
  });

  test.each([
    ['an encoded slash', '/packages/gmb/..%2f..%2fetc/1.0/passwd'],
    ['dots', '/packages/gmb/../../etc/passwd'],
    ['encoded dots', '/packages/%2e%2e/relief/1.0/x.tif'],
    ['a NUL', '/packages/gmb%00'],
    ['a backslash', '/packages/gmb%5c..%5c'],
    ['a broken escape', '/packages/%zz'],
    ['a long id', `/packages/${'a'.repeat(1_048_576)}`],
    ['an asset elsewhere', '/assets/..%2fworker.ts'],
    ['no asset', '/assets/none.css'],
  ])('gives %s away to nothing', async (_reason, target) => {
    const response = await get(target);
    expect([400, 404]).toContain(response.status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    await response.text();
  });

  test.each([
    ['OPTIONS', RELIEF_URL, 204],
    ['OPTIONS', '/packages/bbox:1.0,2,3,4', 204],
    ['DELETE', RELIEF_URL, 405],
    ['GET', '/nothing', 404],
    ['GET', '/packages/bbox:1.0,2,3,4', 308],
  ])('lets scripts of other sites see its answer to %s %s', async (method, target, status) => {
    const response = await get(target, { method, redirect: 'manual', headers: { origin: 'https://example.org' } });
    expect(response.status).toBe(status);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-expose-headers')).toContain('Content-Range');
    await response.text();
  });
});
