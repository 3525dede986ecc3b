import { once } from 'node:events';
import { createServer } from 'node:http';

/** A file on a web server with ranges and a strong ETag. A test may change both while it runs. */
export interface SourceDouble {
  url: string;
  bytes: Uint8Array;
  etag: string;
  /** Servers exist that ignore `If-Match`. */
  ignoresIfMatch: boolean;
  ranges: string[];
  stop(): Promise<void>;
}

export async function startSource(bytes: Uint8Array): Promise<SourceDouble> {
  const server = createServer((request, response) => {
    const { range = '', 'if-match': ifMatch } = request.headers;
    const { etag } = source;
    source.ranges.push(range);
    if (!source.ignoresIfMatch && ifMatch !== etag) return void response.writeHead(412, { etag }).end();
    const [, first = '', last = ''] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
    const part = source.bytes.subarray(Number(first), Number(last) + 1);
    const contentRange = `bytes ${first}-${last}/${source.bytes.length}`;
    response.writeHead(206, { etag, 'content-range': contentRange, 'content-length': part.length }).end(part);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The source has no port.');
  const source: SourceDouble = {
    url: `http://127.0.0.1:${address.port}/source.tif`,
    bytes,
    etag: '"source-1"',
    ignoresIfMatch: false,
    ranges: [],
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return source;
}
