import type { ByteRange, RangeReader, ReadStatistics } from '../../cache/range.ts';
import { streamOf } from '../../cache/stream.ts';
import { Problem } from '../../cache/problem.ts';
import { releaseMemory } from '../memory.release.ts';
import type { SourceContext } from './context.ts';
import { HttpClient, type Signer } from './http.client.ts';
import { RangeRequests } from './http.requests.ts';
import { shownHref } from './href.shown.ts';
import { requireRange, requireReadable } from './range.check.ts';
import { readMany } from './read.many.ts';
import { Semaphore } from './semaphore.ts';
import type { Pin } from './validator.ts';

export interface HttpOpening {
  expect?: Pin | undefined;
  signal?: AbortSignal | undefined;
  /** Where requests go and how they are signed, when that is not the address itself. */
  via?: { url: URL; signer: Signer | null };
}

/**
 * Opens a file on a web server. It is pinned by its strong ETag, else by size and `Last-Modified`; every request
 * carries the pin as a precondition and every reply is checked against it.
 * @throws {Problem} as {@link RangeReader} says; `unsupported-source` when a change of the file could not be told.
 */
export async function openHttpSource(
  href: string,
  context: SourceContext,
  { expect, signal, via = { url: new URL(href), signer: null } }: HttpOpening = {},
): Promise<RangeReader> {
  if (via.url.username !== '' || via.url.password !== '') {
    throw new Problem('unsupported-source', `${shownHref(href)} has a user name or password in its address.`);
  }
  const statistics: ReadStatistics = { requests: 0, bytesRead: 0 };
  const client = new HttpClient(via.url, via.signer, context, statistics);
  const requests = new RangeRequests(href, client, context);
  if (expect !== undefined) return new HttpSource(href, expect, new Uint8Array(0), requests, statistics, context);
  const { pin, head } = await requests.probe(signal);
  return new HttpSource(href, pin, head, requests, statistics, context);
}

class HttpSource implements RangeReader {
  readonly href: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly statistics: Readonly<ReadStatistics>;
  private readonly pin: Pin;
  /** The beginning of the file, as far as it is known already. */
  private readonly head: Uint8Array;
  private readonly requests: RangeRequests;
  private readonly context: SourceContext;
  private readonly permits: Semaphore;
  private readonly closed = new AbortController();
  private readonly untilClosedOr = new WeakMap<AbortSignal, AbortSignal>();

  constructor(
    href: string,
    pin: Pin,
    head: Uint8Array,
    requests: RangeRequests,
    statistics: ReadStatistics,
    context: SourceContext,
  ) {
    this.href = href;
    this.pin = pin;
    this.sizeBytes = pin.bytes;
    this.etag = pin.etag;
    this.head = head;
    this.requests = requests;
    this.statistics = statistics;
    this.context = context;
    this.permits = new Semaphore(context.limits.concurrency);
  }

  async read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array> {
    requireReadable(this, { offset, length });
    return this.fetchRun(offset, length, this.untilClosed(signal));
  }

  readMany(ranges: readonly ByteRange[], signal?: AbortSignal): Promise<Uint8Array[]> {
    const { coalesce } = this.context.limits;
    return readMany(this, ranges, coalesce, (...run) => this.fetchRun(...run), this.untilClosed(signal));
  }

  stream(offset: number, length: number, signal?: AbortSignal): ReadableStream<Uint8Array> {
    const cancelled = new AbortController();
    const either = AbortSignal.any([cancelled.signal, this.untilClosed(signal)]);
    return streamOf(this.chunks({ offset, length }, either), (reason) => cancelled.abort(reason));
  }

  /** Ends what is still being read. */
  async close(): Promise<void> {
    this.closed.abort(new Problem('source-unavailable', `${shownHref(this.href)} was closed while it was read.`));
  }

  private async *chunks(range: ByteRange, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    requireRange(this, range);
    yield* this.requests.chunks(range, this.pin, signal);
  }

  private async fetchRun(offset: number, length: number, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    if (offset + length <= this.head.length) return this.head.slice(offset, offset + length);
    return this.permits.run(async () => {
      const bytes = new Uint8Array(length);
      let filled = 0;
      for await (const chunk of this.requests.chunks({ offset, length }, this.pin, signal)) {
        bytes.set(chunk, filled);
        filled += chunk.length;
        releaseReceived(chunk);
      }
      return bytes;
    }, signal);
  }

  /** One signal for all reads that one signal ends: there are thousands of reads. */
  private untilClosed(signal?: AbortSignal): AbortSignal {
    if (signal === undefined) return this.closed.signal;
    const known = this.untilClosedOr.get(signal);
    if (known !== undefined) return known;
    const either = AbortSignal.any([signal, this.closed.signal]);
    this.untilClosedOr.set(signal, either);
    return either;
  }
}

/**
 * Gives what was received from the network back as soon as it is copied: left to the garbage collector, up to a
 * hundred MB of it would gather. Several chunks may share a buffer; the last of them ends where it ends.
 */
function releaseReceived(chunk: Uint8Array): void {
  if (chunk.byteOffset + chunk.length === chunk.buffer.byteLength) releaseMemory(chunk);
}
