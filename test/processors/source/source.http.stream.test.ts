import type { ServerResponse } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from 'vitest';
import { openSource } from '../../../processors/source/open.ts';
import { serverPool } from './behaviours.ts';
import { collect } from './collect.ts';
import { hastyContext } from './hasty.ts';
import { answer, numbered } from './server.ts';

const MIB = 1024 * 1024;
const FILE = numbered(3 * MIB);

const servers = serverPool();
afterEach(servers.close);

describe('a stream over the web', () => {
  test('goes on from the byte reached when the connection breaks, however often it gets on', async () => {
    // More breaks than the attempts that one failure has, since there is progress in between.
    const server = await servers.start((request, response, count) =>
      answer(FILE, request, response, count > 1 && count < 10 ? { breakAfter: 200_000 } : {}),
    );
    const reader = await openSource(server.url, hastyContext());
    expect(Buffer.compare(await collect(reader.stream(0, FILE.length)), FILE)).toBe(0);
    expect(server.ranges.length).toBeGreaterThanOrEqual(10);
    expect(server.ranges[2]).toMatch(/^bytes=[1-9]\d*-3145727$/);
  });

  test('ends with source-changed when the file changes between the pieces', async () => {
    const server = await servers.start((request, response, count) =>
      answer(FILE, request, response, count < 3 ? { breakAfter: 200_000 } : { etag: '"v2"', ignoreConditions: true }),
    );
    const reader = await openSource(server.url, hastyContext());
    await expect(collect(reader.stream(0, FILE.length))).rejects.toMatchObject({ kind: 'source-changed' });
  });

  test('asks for nothing before it is read', async () => {
    const server = await servers.start((request, response) => answer(FILE, request, response));
    const reader = await openSource(server.url, hastyContext());
    const stream = reader.stream(0, FILE.length);
    await reader.read(MIB, 1);
    expect(server.ranges).toHaveLength(2);
    await stream.cancel();
  });

  test('that is cancelled while the server hangs ends at once', async () => {
    const server = await servers.start((request, response, count) => {
      if (count === 1) answer(FILE, request, response);
    });
    const limits = { ...hastyContext().limits, headTimeoutMs: 600_000 };
    const reader = await openSource(server.url, hastyContext({ limits }));
    const stream = reader.stream(MIB, MIB).getReader();
    const read = stream.read();
    await stream.cancel();
    await expect(read).resolves.toMatchObject({ done: true });
  });

  test('does not fill memory', async () => {
    // A twelfth at most: buffers of the server, which shares this process, count too.
    const size = 384 * MIB;
    const server = await servers.start((request, response, count) => {
      if (count === 1) answer(FILE, request, response, { headers: { 'content-range': `bytes 0-65535/${size}` } });
      else sendZeros(response, size);
    });
    const reader = await openSource(server.url, hastyContext());
    const before = heldBytes();
    let peak = 0;
    let received = 0;
    for await (const chunk of reader.stream(0, size)) {
      if (Math.floor((received + chunk.length) / (16 * MIB)) > Math.floor(received / (16 * MIB))) {
        peak = Math.max(peak, heldBytes() - before);
      }
      received += chunk.length;
    }
    expect(received).toBe(size);
    expect(peak).toBeLessThan(32 * MIB);
  });
});

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

/** Memory in use by what is still referred to. */
function heldBytes(): number {
  // Buffers that one collection finds unused are freed in the background and still counted; the next one waits for that.
  for (let round = 0; round < 2; round++) if (typeof collectGarbage === 'function') collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Sends a long body piece by piece, as fast as it is taken. */
function sendZeros(response: ServerResponse, sizeBytes: number): void {
  const piece = new Uint8Array(64 * 1024);
  let left = sizeBytes;
  const more = (): void => {
    while (left > 0) {
      left -= piece.length;
      if (!response.write(piece)) break;
    }
    if (left > 0) response.once('drain', more);
    else response.end();
  };
  response.writeHead(206, {
    etag: '"v1"',
    'content-length': sizeBytes,
    'content-range': `bytes 0-${sizeBytes - 1}/${sizeBytes}`,
  });
  more();
}
