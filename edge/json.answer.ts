import { hex } from '../cache/digest.ts';
import { evaluatePreconditions } from '../cache/precondition.ts';

/** Documents follow the snapshot, which is looked at every few seconds. */
const DOCUMENT_CACHE_CONTROL = 'public, max-age=60';
/** 64 bits are plenty to tell the states of one document apart. */
const ETAG_BYTES = 8;

export interface JsonOptions {
  status?: number;
  mediaType?: string;
  headers?: Record<string, string>;
}

/** A JSON document with an ETag; 304 when the client has it already. The ETag is weak, since documents get compressed. */
export async function jsonAnswer(request: Request, value: unknown, options: JsonOptions = {}): Promise<Response> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const etag = `W/"${hex(digest.subarray(0, ETAG_BYTES))}"`;
  const headers = {
    'cache-control': DOCUMENT_CACHE_CONTROL,
    etag,
    vary: 'Accept',
    ...options.headers,
  };
  if (isKnown(request, etag)) return new Response(null, { status: 304, headers });
  return new Response(bytes, {
    status: options.status ?? 200,
    headers: {
      ...headers,
      'content-type': options.mediaType ?? 'application/json',
      'content-length': String(bytes.length),
    },
  });
}

function isKnown(request: Request, etag: string): boolean {
  // Documents have no date of change, so only tags are compared.
  const tags = { get: (name: string) => (name === 'If-None-Match' ? request.headers.get(name) : null) };
  return evaluatePreconditions(request.method, tags, { etag, lastModified: new Date(0) }) === 'not-modified';
}
