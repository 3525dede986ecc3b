import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { openSource } from '../../../processors/source/open.ts';
import { serverPool, FILE, failing, hang, afterOpening } from './behaviours.ts';
import { DEFAULT_SOURCE_LIMITS } from '../../../processors/source/limits.ts';
import { hastyClock, hastyContext } from './hasty.ts';
import { answer, numbered } from './server.ts';

const servers = serverPool();
afterEach(servers.close);

describe('Retry-After', () => {
  test('is honoured', async () => {
    const clock = hastyClock();
    const server = await servers.start(failing(1, 429, { 'retry-after': '7' }));
    await openSource(server.url, hastyContext({ clock }));
    expect(clock.waits).toEqual([7125]);
  });

  test('is passed on when it is too long to wait for', async () => {
    const server = await servers.start(failing(9, 503, { 'retry-after': '3600' }));
    const outcome = openSource(server.url, hastyContext());
    await expect(outcome).rejects.toMatchObject({ kind: 'source-unavailable', retryAfterSeconds: 3600 });
    expect(server.ranges).toHaveLength(1);
  });
});

describe('redirects', () => {
  test('are followed once and remembered; an address that has expired is looked up again', async () => {
    let expired = false;
    const target = await servers.start((request, response) => {
      if (expired) response.writeHead(403).end();
      else answer(FILE, request, response);
    });
    const fresh = await servers.start((request, response) => answer(FILE, request, response));
    const server = await servers.start((_, response) =>
      response.writeHead(302, { location: expired ? fresh.url : target.url }).end(),
    );
    const reader = await openSource(server.url, hastyContext());
    await reader.read(100_000, 10);
    expect([server.ranges.length, target.ranges.length]).toEqual([1, 2]);
    expired = true;
    expect(Buffer.compare(await reader.read(110_000, 10), FILE.subarray(110_000, 110_010))).toBe(0);
    expect([server.ranges.length, fresh.ranges.length]).toEqual([2, 1]);
    expect(reader.href).toBe(server.url);
  });
});

describe('requests', () => {
  test('ask for uncompressed bytes under the condition that the file is the same', async () => {
    const seen: (string | undefined)[][] = [];
    const server = await servers.start((request, response) => {
      seen.push([String(request.headers['accept-encoding']), request.headers['if-match']]);
      answer(FILE, request, response);
    });
    const reader = await openSource(server.url, hastyContext());
    await reader.read(100_000, 10);
    expect(seen).toEqual([
      ['identity', undefined],
      ['identity', '"v1"'],
    ]);
  });

  test('of one reader are 32 at a time at most, on connections that are kept', async () => {
    let running = 0;
    let most = 0;
    const full = Promise.withResolvers<void>();
    const server = await servers.start(async (request, response) => {
      if (request.method === 'GET' && server.ranges.length > 1) {
        running += 1;
        most = Math.max(most, running);
        if (running === 32) full.resolve();
        // Nothing is answered before as many have come as may; one more would come then.
        await full.promise;
        await sleep(20);
        running -= 1;
      }
      answer(FILE, request, response);
    });
    const reader = await openSource(server.url, hastyContext({ limits: DEFAULT_SOURCE_LIMITS }));
    await Promise.all(Array.from({ length: 80 }, (_, index) => reader.read(70_000 + index * 1500, 100)));
    expect(most).toBe(32);
    expect(server.ranges).toHaveLength(81);
    // Fetch takes a connection to be busy for a moment longer than its reply takes.
    expect(server.connections()).toBeLessThanOrEqual(64);
  });

  test('near ranges share one', async () => {
    const server = await servers.start((request, response) => answer(FILE, request, response));
    const reader = await openSource(server.url, hastyContext());
    await reader.readMany([120_000, 120_500, 130_000].map((offset) => ({ offset, length: 100 })));
    expect(server.ranges.slice(1)).toEqual(['bytes=120000-130099']);
  });

  test('one failure ends the other reads of a batch', async () => {
    const large = numbered(4_000_000);
    const server = await servers.start((request, response, count) => {
      if (count === 1) answer(large, request, response);
      else if (count === 2) response.writeHead(404).end();
    });
    const reader = await openSource(server.url, hastyContext());
    const far = Array.from({ length: 8 }, (_, index) => ({ offset: 100_000 + index * 400_000, length: 10 }));
    await expect(reader.readMany(far)).rejects.toMatchObject({ kind: 'source-missing' });
    expect(server.ranges.length).toBeLessThanOrEqual(7);
  });

  test('end when the reader is closed or the caller gives up', async () => {
    const server = await servers.start(afterOpening(hang));
    const reader = await openSource(server.url, hastyContext());
    const abort = new AbortController();
    const given = reader.read(100_000, 10, abort.signal);
    abort.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    const closed = reader.read(100_000, 10);
    await reader.close();
    await expect(closed).rejects.toMatchObject({ kind: 'source-unavailable' });
  });
});
