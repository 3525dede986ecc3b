import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Log, RequestHandler } from '../services.ts';

/** Lets a handler of web requests answer `node:http`. */
export function requestListener(handle: RequestHandler, log: Log): RequestListener {
  return (incoming, outgoing) => {
    void answer(handle, incoming, outgoing, log).catch((error: unknown) => {
      // The head is sent: only breaking the connection can tell the client that the rest is missing.
      if (!incoming.destroyed) log('answer-broken', { url: incoming.url, error: String(error) });
      outgoing.destroy();
    });
  };
}

async function answer(
  handle: RequestHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  log: Log,
): Promise<void> {
  const request = webRequest(incoming);
  if (request === null) {
    outgoing.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' }).end('The request cannot be read.\n');
    return;
  }
  const waitUntil = (work: Promise<unknown>): void => {
    work.catch((error: unknown) => log('background-work-failed', { error: String(error) }));
  };
  const response = await handle(request, { waitUntil });
  outgoing.writeHead(response.status, [...response.headers].flat());
  if (response.body === null) {
    outgoing.end();
    return;
  }
  await pipeline(Readable.fromWeb(response.body), outgoing);
}

/** Null when the address or the host is malformed. */
function webRequest(incoming: IncomingMessage): Request | null {
  const { method = 'GET', url = '/', headers } = incoming;
  // Joined as text: as a relative reference, `//host/` would name another host.
  const address = `http://${headers.host ?? 'localhost'}${url}`;
  if (!url.startsWith('/') || !URL.canParse(address)) return null;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const body = hasBody ? { body: Readable.toWeb(incoming), duplex: 'half' as const } : {};
  try {
    return new Request(address, { method, headers: webHeaders(incoming), ...body });
  } catch {
    return null;
  }
}

function webHeaders(incoming: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}
