import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { LOOPBACK } from '../../scripts/start/ports.ts';

/** How the server behaves; a test changes it while it runs. */
export interface SourceBehaviour {
  /** Waits this long before each answer. */
  delayMs: number;
  mode: 'sound' | 'missing' | 'truncated' | 'failing';
}

export interface SourceServer {
  url: string;
  behaviour: SourceBehaviour;
  requests(): number;
  stop(): Promise<void>;
}

/** A web server with one file that answers ranges, as slowly or as badly as it is told to. */
export async function serveSource(file: string): Promise<SourceServer> {
  const { size, mtimeMs } = await stat(file);
  const behaviour: SourceBehaviour = { delayMs: 0, mode: 'sound' };
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    setTimeout(() => answer(request, response), behaviour.delayMs);
  });

  function answer(request: IncomingMessage, response: ServerResponse): void {
    if (behaviour.mode === 'missing') return void response.writeHead(404).end();
    if (behaviour.mode === 'failing') return void response.writeHead(500).end();
    const total = behaviour.mode === 'truncated' ? Math.floor(size / 3) : size;
    const [, first = '0', last = String(total - 1)] = /^bytes=(\d+)-(\d+)?$/.exec(request.headers.range ?? '') ?? [];
    const [start, end] = [Number(first), Math.min(Number(last), total - 1)];
    const etag = `"${total}-${mtimeMs}"`;
    if (start >= total) return void response.writeHead(416, { 'content-range': `bytes */${total}` }).end();
    const headers = { etag, 'accept-ranges': 'bytes', 'content-length': String(end - start + 1) };
    response.writeHead(206, { ...headers, 'content-range': `bytes ${start}-${end}/${total}` });
    createReadStream(file, { start, end }).pipe(response);
  }

  await new Promise<void>((resolve) => {
    server.listen(0, LOOPBACK, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `http://${LOOPBACK}:${address.port}/source.tif`,
    behaviour,
    requests: () => requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
