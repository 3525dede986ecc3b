import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Edge, startEdge } from './edge.fixture.ts';
import { RELIEF_URL } from './store.fixture.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({ originDown: true });
});
afterAll(() => edge.stop());

describe('what does not exist', () => {
  test.each([
    ['/nothing', 404, 'not-found'],
    ['/docs', 404, 'not-found'],
    ['/packages/gmb.zip', 404, 'not-found'],
    ['/packages/gmb/relief/1.0.zip', 404, 'not-found'],
    ['/packages/xxx', 404, 'unknown-boundary'],
    ['/packages/xxx/relief/1.0/relief-1.0-xxx.tif', 404, 'unknown-boundary'],
    ['/packages/gmb/nothing/1.0/nothing-1.0-gmb.tif', 404, 'unknown-dataset'],
    ['/packages/gmb/relief/9/relief-9-gmb.tif', 404, 'unknown-version'],
    ['/packages/gmb/relief/1.0/relief-1.0-gmb.gpkg', 404, 'unknown-file'],
    ['/packages/gmb/relief/1.0/relief-1.0-zmb.tif', 404, 'unknown-file'],
    [`/boundaries/geo-${'0'.repeat(40)}`, 404, 'unknown-boundary'],
    ['/jobs/a%20b', 404, 'unknown-job'],
    ['/assets/tsconfig.json', 404, 'not-found'],
  ])('%s is %i %s', async (target, status, kind) => {
    const { status: got, body } = await edge.raw(target);
    expect(JSON.parse(body)).toMatchObject({ type: `urn:cutline:problem:${kind}`, status });
    expect(got).toBe(status);
  });

  test('is a page for a browser', async () => {
    const response = await edge.fetch('/packages/xxx', { headers: { accept: 'text/html' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await response.text()).toContain('Unknown boundary');
  });
});

describe('hostile paths lead nowhere', () => {
  test.each([
    ['an encoded slash', '/packages/gmb/..%2f..%2fetc/1.0/passwd'],
    ['an encoded slash in a boundary', '/boundaries/..%2F..%2Fsnapshot'],
    ['dots', '/packages/gmb/../../etc/passwd'],
    ['encoded dots', '/packages/%2e%2e/relief/1.0/x.tif'],
    ['doubly encoded dots', '/packages/%252e%252e/relief/1.0/x.tif'],
    ['a NUL', '/packages/gmb%00/relief/1.0/x.tif'],
    ['a backslash', '/packages/gmb%5c..%5c/relief/1.0/x.tif'],
    ['a broken escape', '/packages/%zz'],
    ['a line break', '/packages/gmb%0d%0aset-cookie:x'],
    ['another host', '//example.org/packages'],
    ['a long id', `/packages/${'a'.repeat(5000)}`],
    ['a script', '/packages/%3Cscript%3Ealert(1)%3C%2Fscript%3E'],
    ['an asset elsewhere', '/assets/..%2fnode%2fmain.ts'],
    ['a bbox that is code', '/boundaries/bbox:${7*7},1,2,3'],
  ])('%s', async (_reason, target) => {
    const { status, body } = await edge.raw(target);
    expect([400, 404]).toContain(status);
    expect(JSON.parse(body).type).toMatch(/^urn:cutline:problem:(invalid-|not-found|unknown-)/);
  });

  test('an id of a megabyte is refused at once, and the service goes on', async () => {
    const answer = await edge.raw(`/packages/${'a'.repeat(1_048_576)}`).catch(() => null);
    if (answer !== null) expect([400, 404, 431]).toContain(answer.status);
    expect((await edge.raw('/healthz')).status).toBe(200);
  });

  test('nothing of it was an internal error', () => {
    expect(edge.logged.filter(({ kind }) => kind === 'internal')).toEqual([]);
  });
});

describe('methods', () => {
  test.each([
    ['DELETE', '/packages/gmb', 'GET, HEAD, OPTIONS'],
    ['POST', RELIEF_URL, 'GET, HEAD, OPTIONS'],
    ['PUT', '/boundaries', 'GET, HEAD, POST, OPTIONS'],
  ])('%s %s is 405', async (method, target, allow) => {
    const response = await edge.fetch(target, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
    expect(await response.json()).toMatchObject({ type: 'urn:cutline:problem:method-not-allowed' });
  });

  test.each(['/', '/boundaries', '/packages/gmb', '/datasets', '/healthz', '/packages/gmb/datapackage.json'])(
    'HEAD %s is as GET without a body',
    async (target) => {
      const get = await edge.fetch(target);
      const body = await get.text();
      const head = await edge.fetch(target, { method: 'HEAD' });
      expect(head.status).toBe(200);
      expect(await head.text()).toBe('');
      const length = head.headers.get('content-length');
      if (length !== null) expect(Number(length)).toBe(new TextEncoder().encode(body).length);
    },
  );
});

describe('scripts of other sites', () => {
  test.each([RELIEF_URL, '/packages/bbox:1.0,2,3,4', '/boundaries', '/jobs/x'])('may ask %s', async (target) => {
    const response = await edge.fetch(target, {
      method: 'OPTIONS',
      headers: { origin: 'https://example.org', 'access-control-request-method': 'GET' },
    });
    expect(response.status).toBe(204);
    const allowed = (response.headers.get('access-control-allow-headers') ?? '').split(', ');
    expect(allowed).toEqual(
      expect.arrayContaining(['Range', 'If-Range', 'If-None-Match', 'If-Modified-Since', 'If-Match', 'Prefer']),
    );
    expect(response.headers.get('access-control-allow-methods')).toContain('HEAD');
    expect(response.headers.get('access-control-max-age')).toBe('86400');
  });

  test.each(['/boundaries', '/nothing', '/packages/gmb', '/healthz'])('may read all of %s', async (target) => {
    const { headers } = await edge.fetch(target);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.has('access-control-allow-credentials')).toBe(false);
    const exposed = (headers.get('access-control-expose-headers') ?? '').split(', ');
    expect(exposed).toEqual(
      expect.arrayContaining([
        'Content-Range',
        'Accept-Ranges',
        'ETag',
        'Content-Length',
        'Content-Disposition',
        'Location',
        'Retry-After',
        'Link',
        'Cache-Status',
        'Repr-Digest',
      ]),
    );
  });
});
