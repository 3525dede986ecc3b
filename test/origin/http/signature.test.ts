import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callListener, newHttpServer } from '../../../origin/http/server.ts';
import type { Route } from '../../../origin/http/router.ts';
import { jsonLog } from '../../../origin/log.ts';
import { SIGNATURE_HEADER, signCall } from '../../../cache/signature.ts';
import { problemOf, SECRET } from '../origin.fixture.ts';

const SKEW_MS = 300_000;
const routes: Route[] = [
  { method: 'GET', path: '/healthz', bodyMaxBytes: 0, isOpen: true, handler: () => new Response('open') },
  { method: 'POST', path: '/things/:id', bodyMaxBytes: 100, handler: ({ params }) => new Response(params['id'] ?? '') },
  {
    method: 'GET',
    path: '/faulty',
    bodyMaxBytes: 0,
    isOpen: true,
    handler() {
      throw new Error('an inner detail');
    },
  },
];

const lines: string[] = [];
const server = newHttpServer();
let url = '';
beforeAll(async () => {
  server.on('request', callListener({ routes, secret: SECRET, log: jsonLog('info', (line) => lines.push(line)) }));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const TARGET = '/things/a%20b?x=1';

async function post(signature: string | null, body = 'body', target = TARGET): Promise<Response> {
  const headers: Record<string, string> = signature === null ? {} : { [SIGNATURE_HEADER]: signature };
  return fetch(url + target, { method: 'POST', body, headers });
}
const sign = (
  secret: string,
  change: Partial<{ method: string; target: string; body: Uint8Array<ArrayBuffer> }> = {},
  nowMs = Date.now(),
) => signCall(secret, { method: 'POST', target: TARGET, body: utf8('body'), ...change }, nowMs);

describe('a call', () => {
  test('that is signed is answered, its path decoded', async () => {
    const response = await post(await sign(SECRET));
    expect([response.status, await response.text()]).toEqual([200, 'a b']);
  });

  test.each([
    ['no signature', () => null],
    ['nonsense', () => 'nonsense'],
    ['another secret', () => sign(SECRET.toUpperCase())],
    ['another method', () => sign(SECRET, { method: 'PUT' })],
    ['another path', () => sign(SECRET, { target: '/things/b?x=1' })],
    ['another query', () => sign(SECRET, { target: '/things/a%20b?x=2' })],
    ['another body', () => sign(SECRET, { body: utf8('Body') })],
    ['a time long past', () => sign(SECRET, {}, Date.now() - SKEW_MS - 1_000)],
    ['a time to come', () => sign(SECRET, {}, Date.now() + SKEW_MS + 5_000)],
  ])('with %s is refused', async (_reason, signature) => {
    expect(await problemOf(await post(await signature()))).toEqual([401, 'urn:cutline:problem:unauthorised']);
  });

  test('of an open route needs none', async () => {
    expect(await (await fetch(`${url}/healthz`)).text()).toBe('open');
  });

  test.each([
    ['to nowhere', '/nowhere', 'GET', 404, 'not-found'],
    ['below a route', '/things/a/b', 'POST', 404, 'not-found'],
    ['with another method', '/things/a', 'GET', 405, 'method-not-allowed'],
    ['with an escape that is not UTF-8', '/things/%ff', 'POST', 400, 'invalid-request'],
  ])('%s is refused', async (_reason, target, method, status, kind) => {
    const response = await fetch(url + target, { method });
    if (status === 405) expect(response.headers.get('allow')).toBe('POST');
    expect(await problemOf(response)).toEqual([status, `urn:cutline:problem:${kind}`]);
  });

  test('with too long a body is refused before it is read', async () => {
    const response = await post(await sign(SECRET), 'x'.repeat(101));
    expect(await problemOf(response)).toEqual([413, 'urn:cutline:problem:payload-too-large']);
  });

  test('that meets a fault tells an id and no more, and the log tells the rest', async () => {
    const response = await fetch(`${url}/faulty`);
    const body = await response.text();
    expect([response.status, body.includes('inner detail')]).toEqual([500, false]);
    const { id } = JSON.parse(body);
    expect(lines.find((line) => line.includes(String(id)))).toContain('an inner detail');
  });
});
