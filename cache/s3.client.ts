import { AwsClient } from 'aws4fetch';
import { sha256Hex } from './digest.ts';
import { xmlText } from './s3.xml.ts';
import { requireKey } from './store.key.ts';

export interface S3Options {
  /** Base URL of the service; the bucket is addressed by path, which every S3 service understands. */
  endpoint: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** R2 calls it `auto`. */
  region?: string;
  fetch?: typeof globalThis.fetch;
}

export interface S3Request {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Null for the bucket itself. */
  key: string | null;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array<ArrayBuffer> | string;
  /** Statuses besides 2xx that are an answer and not a failure. */
  expected?: readonly number[];
}

/** An answer that the caller did not expect. `code` is S3's own, such as `SlowDown`, where it gives one. */
export class S3Error extends Error {
  readonly status: number;
  readonly code: string | null;

  constructor(request: S3Request, status: number, code: string | null, message: string | null) {
    super(
      `S3 answered ${request.method} ${request.key ?? '/'} with ${status} ${code ?? ''}: ${message ?? 'no message'}`,
    );
    this.name = 'S3Error';
    this.status = status;
    this.code = code;
  }
}

const ATTEMPTS = 5;
/** Waits of up to 0.1, 0.2, 0.4 and 0.8 s, drawn at random so that callers do not come back together. */
const FIRST_DELAY_MAX_MS = 100;
/** From the last byte of a request to the head of the answer. */
const ANSWER_TIMEOUT_MS = 15_000;
/** Completing an upload makes the service put its parts together. */
const COMPLETE_TIMEOUT_MS = 120_000;
/** A body may take as long as it does at this rate, which is slow for a server. */
const UPLOAD_BYTES_PER_MS_MIN = 1_000;
/** No further try is begun after this: a call that hangs keeps locks, jobs and people waiting. */
const TRIES_MAX_MS = 15_000;
const RETRIED_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

/** Sends signed requests to one bucket. Bodies are whole in memory, so every request can be repeated. */
export class S3Client {
  readonly #signer: AwsClient;
  readonly #base: string;
  readonly #fetch: typeof globalThis.fetch;

  constructor(options: S3Options) {
    const { accessKeyId, secretAccessKey, region = 'auto' } = options;
    this.#signer = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3' });
    this.#base = `${options.endpoint.replace(/\/+$/, '')}/${encodeStrictly(options.bucket)}`;
    this.#fetch = options.fetch ?? ((...call) => globalThis.fetch(...call));
  }

  /**
   * Sends a request, again when the service is busy or the connection breaks.
   * @throws {S3Error} for a status that is neither 2xx nor expected; what `fetch` throws when no try got through.
   */
  async send(request: S3Request): Promise<Response> {
    const url = this.#urlOf(request);
    // The signature covers the body, so the service notices a damaged one.
    const digest = await sha256Hex(request.body ?? '');
    const startedAtMs = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      const signed = await this.#sign(url, request, digest);
      const isLast = (): boolean => attempt === ATTEMPTS || performance.now() - startedAtMs > TRIES_MAX_MS;
      const response = await this.#fetchInTime(signed, timeoutMsOf(request)).catch((error: unknown) => {
        if (isLast()) throw error;
        return null;
      });
      if (response !== null) {
        if (response.ok || request.expected?.includes(response.status) === true) return response;
        if (isLast() || !RETRIED_STATUSES.has(response.status)) throw await readError(request, response);
        await response.body?.cancel();
      }
      await pause(FIRST_DELAY_MAX_MS * 2 ** (attempt - 1) * Math.random());
    }
  }

  #urlOf({ key, query = {} }: S3Request): string {
    const path = key === null ? '' : `/${requireKey(key).split('/').map(encodeStrictly).join('/')}`;
    const parameters = Object.entries(query).map(([name, value]) => `${name}=${encodeStrictly(value)}`);
    return `${this.#base}${path}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`;
  }

  async #sign(url: string, { method, headers, body }: S3Request, digest: string): Promise<Request> {
    const signed = await this.#signer.sign(url, {
      method,
      headers: { ...headers, 'X-Amz-Content-Sha256': digest },
      ...(body === undefined ? {} : { body }),
    });
    // Not signed, since proxies may change it. A compressed body would have another length.
    signed.headers.set('Accept-Encoding', 'identity');
    return signed;
  }

  async #fetchInTime(request: Request, timeoutMs: number): Promise<Response> {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(new Error(`S3 did not answer within ${timeoutMs} ms.`)), timeoutMs);
    try {
      return await this.#fetch(request, { signal: timeout.signal });
    } finally {
      clearTimeout(timer);
    }
  }
}

function timeoutMsOf({ method, body }: S3Request): number {
  const sizeBytes = body?.length ?? 0;
  return (method === 'POST' ? COMPLETE_TIMEOUT_MS : ANSWER_TIMEOUT_MS) + Math.ceil(sizeBytes / UPLOAD_BYTES_PER_MS_MIN);
}

/** Percent-encodes as S3 signatures want it: all but `A-Z a-z 0-9 - . _ ~`. */
function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

async function readError(request: S3Request, response: Response): Promise<S3Error> {
  const text = await response.text();
  return new S3Error(request, response.status, xmlText(text, 'Code'), xmlText(text, 'Message'));
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, durationMs);
  });
}
