import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';

/** What a server does with a request; `count` is 1 for the first one. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, count: number) => void;

export interface TestServer {
  url: string;
  /** `Range` of each request, in order. */
  ranges: (string | undefined)[];
  /** Connections that were opened. */
  connections: () => number;
  close(): Promise<void>;
}

/** Starts a web server on a free port of the loopback interface. */
export async function serve(behaviour: Behaviour): Promise<TestServer> {
  const ranges: (string | undefined)[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    behaviour(request, response, ranges.length);
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}/data.bin`,
    ranges,
    connections: () => connections,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** How a well-behaved server is bent. */
export interface Bend {
  etag?: string | null;
  lastModified?: string | null;
  /** Ignores `If-Match` and `If-Unmodified-Since`. */
  ignoreConditions?: boolean;
  /** Headers in place of the right ones. */
  headers?: Record<string, string>;
  /** Ends the connection after this many bytes of the body. */
  breakAfter?: number;
}

export const LAST_MODIFIED = 'Tue, 01 Sep 2026 10:00:00 GMT';

/** Answers a ranged GET as RFC 9110 says, except for the bend. */
export function answer(file: Uint8Array, request: IncomingMessage, response: ServerResponse, bend: Bend = {}): void {
  const { etag = '"v1"', lastModified = LAST_MODIFIED, ignoreConditions = false } = bend;
  const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? 'bytes=0-') ?? [];
  const since = request.headers['if-unmodified-since'];
  const match = request.headers['if-match'];
  if (!ignoreConditions && ((match ?? etag) !== etag || (since ?? lastModified) !== lastModified)) {
    response.writeHead(412).end();
    return;
  }
  if (Number(first) >= file.length) {
    response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end();
    return;
  }
  const end = Math.min(file.length, last === '' ? file.length : Number(last) + 1);
  const body = file.subarray(Number(first), end);
  response.writeHead(206, {
    'content-length': body.length,
    'content-range': `bytes ${first}-${end - 1}/${file.length}`,
    ...(etag === null ? {} : { etag }),
    ...(lastModified === null ? {} : { 'last-modified': lastModified }),
    ...bend.headers,
  });
  if (bend.breakAfter === undefined || bend.breakAfter >= body.length) response.end(body);
  else response.write(body.subarray(0, bend.breakAfter), () => response.destroy());
}

/** Bytes that tell their place: a wrong offset shows. */
export function numbered(sizeBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeBytes);
  for (let index = 0; index < sizeBytes; index += 1)
    bytes[index] = (index * 31 + (index >>> 8) * 17 + (index >>> 16)) & 255;
  return bytes;
}
