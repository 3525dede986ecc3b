import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A running server. */
export interface LatencyServer {
  url: string;
  /** Requests answered since the last call. */
  takeRequests(): number;
  close(): Promise<void>;
}

/** Serves one file with ranges on a free port of 127.0.0.1; every answer waits for `latencyMs`, as over a network. */
export async function serveWithLatency(file: string, latencyMs: number): Promise<LatencyServer> {
  const { size, mtimeMs } = await stat(file);
  const etag = `"${size}-${Math.floor(mtimeMs)}"`;
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await sleep(latencyMs);
    const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(first);
    const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
    const isPartial = request.headers.range !== undefined;
    if (request.url !== '/source.tif' || start > end) return void response.writeHead(404).end();
    response.writeHead(isPartial ? 206 : 200, {
      etag,
      'accept-ranges': 'bytes',
      'content-type': 'image/tiff',
      'content-length': end - start + 1,
      ...(isPartial ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}),
    });
    if (request.method === 'HEAD') response.end();
    else await pipeline(createReadStream(file, { start, end }), response);
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/source.tif`,
    takeRequests() {
      const taken = requests;
      requests = 0;
      return taken;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
