import { afterEach, describe, expect, test } from 'vitest';
import { openSource } from '../../../processors/source/open.ts';
import { serverPool, FILE, failing, shorter, afterOpening, whole } from './behaviours.ts';
import { hastyContext } from './hasty.ts';
import { type Behaviour, answer, numbered } from './server.ts';

const OTHER = numbered(200_001).subarray(1);
/** The first read that is not served from what opening has kept. */
const LATER = { offset: 100_000, length: 1000 };

const servers = serverPool();
afterEach(servers.close);

describe('a later read', () => {
  test.each<[string, Behaviour, string, RegExp]>([
    [
      'a changed ETag that the server minds',
      (q, r) => answer(FILE, q, r, { etag: '"v2"' }),
      'source-changed',
      /expected state/,
    ],
    [
      'a changed ETag with If-Match ignored',
      (q, r) => answer(OTHER, q, r, { etag: '"v2"', ignoreConditions: true }),
      'source-changed',
      /"v2", not "v1"/,
    ],
    [
      'an ETag that has become weak',
      (q, r) => answer(FILE, q, r, { etag: 'W/"v1"', ignoreConditions: true }),
      'source-changed',
      /validator/,
    ],
    [
      'another size under one ETag',
      (q, r) => answer(FILE.subarray(0, 150_000), q, r),
      'source-changed',
      /150000 bytes, not 200000/,
    ],
    [
      'a file cut short before the range',
      (q, r) => answer(FILE.subarray(0, 50_000), q, r),
      'source-changed',
      /50000 bytes/,
    ],
    ['a file that is gone', (_, r) => r.writeHead(404).end(), 'source-missing', /status 404/],
    ['the whole file', whole, 'source-unavailable', /does not serve byte ranges/],
    [
      'another range',
      (q, r) => answer(FILE, q, r, { headers: { 'content-range': 'bytes 0-999/200000' } }),
      'source-unavailable',
      /bytes 0-999\/200000.*asked for bytes 100000-100999/,
    ],
    [
      'a longer range',
      (q, r) => answer(FILE, q, r, { headers: { 'content-range': 'bytes 100000-101999/200000' } }),
      'source-unavailable',
      /101999/,
    ],
    ['gzip', (q, r) => answer(FILE, q, r, { headers: { 'content-encoding': 'gzip' } }), 'source-unavailable', /"gzip"/],
    [
      'several ranges',
      (_, r) => r.writeHead(206, { 'content-type': 'multipart/byteranges; boundary=x' }).end('--x'),
      'source-unavailable',
      /Content-Range ""/,
    ],
    ['416 without a size', (_, r) => r.writeHead(416).end(), 'source-unavailable', /status 416/],
    [
      'a body that always breaks off',
      (q, r) => answer(FILE, q, r, { breakAfter: 1 }),
      'source-unavailable',
      /connection failed.*5 times/,
    ],
    [
      'a body that stalls',
      (_, r) => r.writeHead(206, { etag: '"v1"', 'content-range': 'bytes 100000-100999/200000' }).flushHeaders(),
      'source-unavailable',
      /no byte came within 500 ms/,
    ],
    [
      'a body that is too long',
      (_, r) =>
        r.writeHead(206, { etag: '"v1"', 'content-range': 'bytes 100000-100999/200000' }).end(FILE.subarray(0, 1001)),
      'source-unavailable',
      /more bytes/,
    ],
    [
      'a body that is too short',
      (_, r) => r.writeHead(206, { etag: '"v1"', 'content-range': 'bytes 100000-100999/200000' }).end(),
      'source-unavailable',
      /missing from the reply/,
    ],
  ])('%s', async (_, behaviour, kind, detail) => {
    const server = await servers.start(afterOpening(behaviour));
    const reader = await openSource(server.url, hastyContext());
    const problem = { name: 'Problem', kind, message: expect.stringMatching(detail) };
    await expect(reader.read(LATER.offset, LATER.length)).rejects.toMatchObject(problem);
  });

  test.each<[string, Behaviour]>([
    ['500 three times', failing(4, 500)],
    ['a reset connection', (q, r, count) => (count < 4 ? q.socket.destroy() : answer(FILE, q, r))],
    [
      'a body that breaks off, going on from there',
      (q, r, count) => answer(FILE, q, r, count < 5 ? { breakAfter: 200 } : {}),
    ],
    ['one hanging request', (q, r, count) => (count < 3 ? undefined : answer(FILE, q, r))],
    ['a reply that stops short of the range', shorter],
  ])('gets over %s', async (_, behaviour) => {
    const server = await servers.start(afterOpening(behaviour));
    const reader = await openSource(server.url, hastyContext());
    const read = await reader.read(LATER.offset, LATER.length);
    expect(Buffer.compare(read, FILE.subarray(100_000, 101_000))).toBe(0);
  });

  test('of a Last-Modified file tells a change of date, also when the server ignores the condition', async () => {
    for (const ignoreConditions of [false, true]) {
      const server = await servers.start((request, response, count) =>
        answer(FILE, request, response, {
          etag: null,
          ignoreConditions,
          ...(count > 1 ? { lastModified: 'Tue, 01 Sep 2026 10:00:01 GMT' } : {}),
        }),
      );
      const reader = await openSource(server.url, hastyContext());
      await expect(reader.read(100_000, 10)).rejects.toMatchObject({ kind: 'source-changed' });
    }
  });
});
