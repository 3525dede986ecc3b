import { Problem } from '../cache/problem.ts';
import { readCoalesced } from '../cache/range.read.many.ts';
import type { ByteRange, RangeReader, ReadStatistics } from '../cache/range.ts';
import type { RecipeSource } from '../cache/recipe.ts';
import { chunksOf, exactly, readExactly, streamOf } from '../cache/stream.ts';

const KIB = 1024;
/** A source is far: reading across this much costs less than one more request, of which a Worker has a limited number. */
const COALESCE_LIMITS = {
  gapMaxBytes: 256 * KIB,
  runMaxBytes: 4 * KIB * KIB,
  overReadShare: 0.5,
  overReadFloorBytes: 256 * KIB,
};
/** Reads at a time of one `readMany`; a Worker may hold six connections in all. */
const CONCURRENCY = 4;
/** How long a source may take to begin an answer. */
const HEAD_TIMEOUT_MS = 15_000;
/** ETags that the origin made of size and modification time for servers that send none; only it can check them. */
const DERIVED_ETAG = /^"size-mtime:/;

/** Whether the edge itself can read a source: over HTTP, held to a strong ETag of the server's own. */
export function isReachable(source: RecipeSource): boolean {
  return /^https?:\/\//i.test(source.href) && !DERIVED_ETAG.test(source.etag);
}

/**
 * Reads a source over HTTP, every request pinned to the ETag that the recipe was planned on. One attempt each: a
 * failure before the first byte becomes an answer, a later one ends the connection, and the client resumes.
 */
export class PinnedReader implements RangeReader {
  readonly href: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly statistics: ReadStatistics = { requests: 0, bytesRead: 0 };

  constructor(source: RecipeSource) {
    this.href = source.href;
    this.sizeBytes = source.bytes;
    this.etag = source.etag;
  }

  async read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array> {
    try {
      return await readExactly(this.stream(offset, length, signal), length);
    } catch (error) {
      throw this.#asProblem(error, signal);
    }
  }

  async readMany(ranges: readonly ByteRange[], signal?: AbortSignal): Promise<Uint8Array[]> {
    const options = { limits: COALESCE_LIMITS, concurrency: CONCURRENCY, signal };
    return readCoalesced(ranges, (...run) => this.read(...run), options);
  }

  stream(offset: number, length: number, signal?: AbortSignal): ReadableStream<Uint8Array> {
    return streamOf(exactly(this.#chunks(offset, length, signal), length), undefined, signal);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async *#chunks(offset: number, length: number, signal?: AbortSignal): AsyncGenerator<Uint8Array, void> {
    if (length === 0) return;
    try {
      for await (const chunk of chunksOf(await this.#request({ offset, length }, signal))) {
        this.statistics.bytesRead += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw this.#asProblem(error, signal);
    }
  }

  async #request({ offset, length }: ByteRange, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const last = offset + length - 1;
    const headers = { range: `bytes=${offset}-${last}`, 'if-match': this.etag, 'accept-encoding': 'identity' };
    const response = await this.#fetch(headers, signal);
    const { status, body } = response;
    const contentRange = response.headers.get('content-range');
    // Some servers ignore If-Match, so every answer's own ETag is compared.
    const isSame = response.headers.get('etag') === this.etag;
    const isPart = status === 206 && contentRange === `bytes ${offset}-${last}/${this.sizeBytes}`;
    const isWhole = status === 200 && length === this.sizeBytes;
    if (body !== null && isSame && (isPart || isWhole)) return body;
    await body?.cancel();
    throw this.#refusal(status, isSame);
  }

  async #fetch(headers: Record<string, string>, signal: AbortSignal | undefined): Promise<Response> {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), HEAD_TIMEOUT_MS);
    this.statistics.requests += 1;
    try {
      const either = signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]);
      return await fetch(this.href, { headers, signal: either });
    } finally {
      clearTimeout(timer);
    }
  }

  #refusal(status: number, isSame: boolean): Problem {
    if (status === 404 || status === 410) return new Problem('source-missing', 'The source file is gone.');
    const isChanged = status === 412 || status === 416 || (status < 300 && !isSame);
    if (isChanged) return new Problem('source-changed', 'The source was replaced since the clip was planned.');
    return new Problem('source-unavailable', `The server of the source answered ${status} to a request for a range.`);
  }

  #asProblem(error: unknown, signal: AbortSignal | undefined): unknown {
    if (error instanceof Problem || signal?.aborted === true) return error;
    return new Problem('source-unavailable', 'The server of the source cannot be read at the moment.', {
      cause: error,
    });
  }
}
