import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Exchange, roundTrips } from './round.trips.ts';

/** What was asked of a server. */
export interface Traffic {
  requests: number;
  /** Of all bodies. */
  bytes: number;
  /** One after another, see {@link roundTrips}. */
  roundTrips: number;
}

/** A running server. */
export interface LatencyServer {
  url: string;
  /** Requests answered since the last call. */
  takeRequests(): number;
  /** The same with more figures. */
  takeTraffic(): Traffic;
  close(): Promise<void>;
}

/** Serves one file with ranges on a free port of 127.0.0.1; every answer waits for `latencyMs`, as over a network. */
export async function serveWithLatency(file: string, latencyMs: number): Promise<LatencyServer> {
  const { size, mtimeMs } = await stat(file);
  const etag = `"${size}-${Math.floor(mtimeMs)}"`;
  const name = `/${path.basename(file)}`;
  let exchanges: Exchange[] = [];
  const server = createServer((request, response) => {
    const exchange: Exchange = { startMs: performance.now(), endMs: Infinity, bytes: 0 };
    exchanges.push(exchange);
    response.once('finish', () => {
      exchange.endMs = performance.now();
    });
    answer(request, response, exchange).catch(() => response.destroy());
  });

  function takeTraffic(): Traffic {
    const taken = exchanges;
    exchanges = [];
    const bytes = taken.reduce((sum, exchange) => sum + exchange.bytes, 0);
    return { requests: taken.length, bytes, roundTrips: roundTrips(taken) };
  }

  async function answer(request: IncomingMessage, response: ServerResponse, exchange: Exchange): Promise<void> {
    await sleep(latencyMs);
    const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(first);
    const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
    const isPartial = request.headers.range !== undefined;
    if (request.url !== name || start > end) return void response.writeHead(404).end();
    response.writeHead(isPartial ? 206 : 200, {
      etag,
      'accept-ranges': 'bytes',
      'content-type': 'application/octet-stream',
      'content-length': end - start + 1,
      ...(isPartial ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}),
    });
    if (request.method === 'HEAD') return void response.end();
    exchange.bytes = end - start + 1;
    await pipeline(createReadStream(file, { start, end }), response);
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}${name}`,
    takeRequests: () => takeTraffic().requests,
    takeTraffic,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
