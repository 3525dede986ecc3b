import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { openSource } from '../../../processors/source/open.ts';
import { serverPool, FILE, failing, hang, whole } from './behaviours.ts';
import { hastyContext } from './hasty.ts';
import { type Behaviour, answer } from './server.ts';

const servers = serverPool();
afterEach(servers.close);

describe('opening', () => {
  test.each<[string, Behaviour, string, RegExp]>([
    ['status 200 to a range', whole, 'source-unavailable', /does not serve byte ranges/],
    ['404', (_, r) => r.writeHead(404).end(), 'source-missing', /status 404/],
    ['410', (_, r) => r.writeHead(410).end(), 'source-missing', /status 410/],
    ['403', (_, r) => r.writeHead(403).end(), 'source-unavailable', /status 403/],
    ['an empty file', (_, r) => r.writeHead(416, { 'content-range': 'bytes */0' }).end(), 'invalid-source', /empty/],
    ['an empty file as 200', (_, r) => r.writeHead(200, { 'content-length': '0' }).end(), 'invalid-source', /empty/],
    ['500 for ever', failing(99, 500), 'source-unavailable', /status 500, 5 times running/],
    ['no reply', hang, 'source-unavailable', /no reply came within 500 ms/],
    ['connection reset', (q) => q.socket.destroy(), 'source-unavailable', /connection failed \(ECONNRESET\)/],
    ['no validator', (q, r) => answer(FILE, q, r, { etag: null, lastModified: null }), 'unsupported-source', /ETag/],
    [
      'a weak ETag only',
      (q, r) => answer(FILE, q, r, { etag: 'W/"1"', lastModified: null }),
      'unsupported-source',
      /ETag/,
    ],
    [
      'gzip',
      (q, r) => answer(gzipSync(FILE), q, r, { headers: { 'content-encoding': 'gzip' } }),
      'source-unavailable',
      /"gzip"/,
    ],
    [
      'unknown total',
      (q, r) => answer(FILE, q, r, { headers: { 'content-range': 'bytes 0-16383/*' } }),
      'source-unavailable',
      /Content-Range/,
    ],
    [
      'no Content-Range',
      (_, r) => r.writeHead(206, { etag: '"v1"' }).end('x'),
      'source-unavailable',
      /Content-Range ""/,
    ],
    [
      'redirect loop',
      (_, r) => r.writeHead(302, { location: '/again' }).end(),
      'source-unavailable',
      /more than 5 times/,
    ],
    [
      'redirect to a file',
      (_, r) => r.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      'source-unavailable',
      /file: address/,
    ],
    ['redirect to nowhere', (_, r) => r.writeHead(302).end(), 'source-unavailable', /no URL/],
    [
      'redirect with a user',
      (_, r) => r.writeHead(302, { location: 'http://a:b@127.0.0.1/' }).end(),
      'source-unavailable',
      /user name/,
    ],
  ])('%s', async (_, behaviour, kind, detail) => {
    const server = await servers.start(behaviour);
    const outcome = openSource(server.url, hastyContext());
    await expect(outcome).rejects.toMatchObject({ name: 'Problem', kind, message: expect.stringMatching(detail) });
  });

  test.each<[string, string, string]>([
    ['a refused connection', 'http://127.0.0.1:1/x', 'source-unavailable'],
    ['a user name in the address', 'http://user:secret@127.0.0.1/x', 'unsupported-source'],
    ['a scheme that is not allowed', 'ftp://127.0.0.1/x', 'unsupported-source'],
    ['a known scheme that is not allowed', 'file:///etc/passwd', 'unsupported-source'],
    ['a scheme in capitals that is not allowed', 'FILE:///etc/passwd', 'unsupported-source'],
    ['no URL', '/vsicurl/x', 'unsupported-source'],
  ])('%s', async (_, href, kind) => {
    await expect(openSource(href, hastyContext())).rejects.toMatchObject({ kind });
  });

  test('credentials and signatures in an address do not show in messages', async () => {
    const server = await servers.start((_, response) => response.writeHead(404).end());
    const outcome = openSource(`${server.url}?X-Amz-Signature=secret`, hastyContext());
    await expect(outcome).rejects.toMatchObject({ message: expect.not.stringContaining('secret') });
  });

  test('a small file may come whole, with status 200', async () => {
    const small = FILE.subarray(0, 100);
    const server = await servers.start((_, r) =>
      r.writeHead(200, { etag: '"v1"', 'content-length': '100' }).end(small),
    );
    const reader = await openSource(server.url, hastyContext());
    expect(Buffer.compare(await reader.read(10, 90), small.subarray(10))).toBe(0);
    expect(server.ranges).toHaveLength(1);
  });

  test('its one request also serves reads of the beginning; with an expected state none is made', async () => {
    const server = await servers.start((request, response) => answer(FILE, request, response));
    const reader = await openSource(server.url, hastyContext());
    await reader.read(0, 65_536);
    await reader.readMany([{ offset: 8, length: 4 }]);
    expect(server.ranges).toEqual(['bytes=0-65535']);
    await openSource(server.url, hastyContext(), { etag: reader.etag, bytes: reader.sizeBytes });
    expect(server.ranges).toHaveLength(1);
  });
});
