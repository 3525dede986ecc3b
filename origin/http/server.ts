import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { readBody } from '../../cache/body.read.ts';
import { Problem, toProblem } from '../../cache/problem.ts';
import { problemResponse } from '../../cache/problem.response.ts';
import { SIGNATURE_HEADER, verifyCall } from '../../cache/signature.ts';
import type { Log } from '../log.ts';
import { matchRoute, type Route } from './router.ts';
import { writeResponse } from './response.write.ts';

/** A signed call is small but for a geometry of some MB, and comes from near. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** Without a byte either way. A call may wait 60 s for its clip. */
const IDLE_TIMEOUT_MS = 120_000;

export interface CallListenerOptions {
  routes: readonly Route[];
  /** Shared with the edge. */
  secret: string;
  log: Log;
}

/** A server with its time limits set, which neither listens nor answers yet. */
export function newHttpServer(): Server {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: HEADERS_TIMEOUT_MS });
  server.setTimeout(IDLE_TIMEOUT_MS, (socket) => socket.destroy());
  return server;
}

/** Answers signed calls; the one place where errors become answers. */
export function callListener(options: CallListenerOptions): RequestListener {
  const { log } = options;
  return (request, target) => {
    const id = randomUUID();
    const startedMs = performance.now();
    answer(request, target, options, id)
      .then((response) => writeResponse(target, response))
      .catch((error: unknown) => {
        target.destroy();
        log.debug('answer broken off', { id, error });
      })
      .finally(() => {
        const elapsedMs = Math.round(performance.now() - startedMs);
        log.debug('call', { id, method: request.method, target: request.url, status: target.statusCode, elapsedMs });
      });
  };
}

async function answer(
  request: IncomingMessage,
  target: ServerResponse,
  { routes, secret, log }: CallListenerOptions,
  id: string,
): Promise<Response> {
  try {
    const method = request.method ?? 'GET';
    const url = readTarget(request.url ?? '/');
    const { route, params } = matchRoute(routes, method, url.pathname);
    // A request that is refused half-read still gets its answer.
    const chunks = request.iterator({ destroyOnReturn: false });
    const body = await readBody(chunks, request.headers['content-length'] ?? null, route.bodyMaxBytes);
    if (route.isOpen !== true) await requireSignature(secret, { method, target: request.url ?? '/', body }, request);
    const headers = new Headers(
      Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(', ')]),
    );
    return await route.handler({ method, url, headers, body, params, signal: goneSignal(target) });
  } catch (error) {
    return describe(error, id, log);
  }
}

function readTarget(target: string): URL {
  // Only the path and query count; anything stands for the host.
  const url = target.startsWith('/') ? URL.parse(`http://origin${target}`) : null;
  if (url !== null) return url;
  throw new Problem('invalid-request', 'The request target is not a path.');
}

async function requireSignature(
  secret: string,
  call: { method: string; target: string; body: Uint8Array<ArrayBuffer> },
  request: IncomingMessage,
): Promise<void> {
  const given = request.headers[SIGNATURE_HEADER];
  if (typeof given === 'string' && (await verifyCall(secret, call, given))) return;
  throw new Problem('unauthorised', `The call needs a valid, recent signature of the edge in ${SIGNATURE_HEADER}.`);
}

function describe(error: unknown, id: string, log: Log): Response {
  const problem = toProblem(error, id);
  if (problem.status >= 500) log.error(problem.message, { id, kind: problem.kind, cause: problem.cause });
  const { allowed } = problem.extensions;
  const headers: Record<string, string> = Array.isArray(allowed) ? { Allow: allowed.join(', ') } : {};
  // What is left of a body that was not read must not be taken for the next request.
  if (problem.kind === 'payload-too-large') headers['Connection'] = 'close';
  return problemResponse(problem, headers);
}

function goneSignal(target: ServerResponse): AbortSignal {
  const gone = new AbortController();
  target.on('close', () => gone.abort());
  return gone.signal;
}
