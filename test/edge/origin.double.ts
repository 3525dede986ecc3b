import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Job } from '../../cache/origin-api.ts';
import { SIGNATURE_HEADER, verifyCall } from '../../cache/signature.ts';
import { CREATED, RELIEF_PATH } from './store.fixture.ts';

export const ORIGIN_SECRET = 'a secret for tests only';

/** A call as it arrived, its signature checked. */
export interface OriginCall {
  method: string;
  target: string;
  body: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface OriginAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A server that speaks the signed contract and answers what a test tells it to. */
export interface OriginDouble {
  url: string;
  calls: OriginCall[];
  answer: (call: OriginCall) => OriginAnswer | Promise<OriginAnswer>;
  stop(): Promise<void>;
}

export async function startOrigin(): Promise<OriginDouble> {
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { method = '', url: target = '', headers } = request;
    const signature = headers[SIGNATURE_HEADER];
    const isSigned = await verifyCall(
      ORIGIN_SECRET,
      { method, target, body: new Uint8Array(body) },
      typeof signature === 'string' ? signature : null,
    );
    if (!isSigned) return void response.writeHead(401, { 'content-type': 'application/problem+json' }).end(UNSIGNED);
    const call = { method, target, body: body.toString(), headers };
    double.calls.push(call);
    const answer = await double.answer(call);
    const raw = answer.body instanceof Uint8Array ? answer.body : JSON.stringify(answer.body ?? null);
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(raw);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The origin has no port.');
  const double: OriginDouble = {
    url: `http://127.0.0.1:${address.port}`,
    calls: [],
    answer: () => ({ status: 500 }),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return double;
}

const UNSIGNED = JSON.stringify({
  type: 'urn:cutline:problem:unauthorised',
  title: '',
  status: 401,
  detail: 'unsigned',
});

/** A job that makes Gambia's relief. */
export function job(given: Partial<Job> = {}): Job {
  return {
    id: 'job-1',
    path: RELIEF_PATH,
    state: 'running',
    progress: 40,
    message: 'Planning',
    created: CREATED,
    started: CREATED,
    finished: null,
    problem: null,
    ...given,
  };
}
