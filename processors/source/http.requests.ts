import type { ByteRange } from '../../cache/range.ts';
import { Problem } from '../../cache/problem.ts';
import type { SourceContext } from './context.ts';
import type { HttpClient } from './http.client.ts';
import { type Accepted, acceptReply } from './http.reply.ts';
import { shownHref } from './href.shown.ts';
import { Backoff, RetriesExhausted, TransientFault } from './retry.ts';
import { type Pin, derivedModified } from './validator.ts';

/**
 * The first request asks for this much and keeps it: the directories of a GeoTIFF with the tile index of some thousand
 * tiles fit, the header of a FlatGeobuf with the upper levels of its index too.
 */
const HEAD_BYTES = 64 * 1024;
/** A task that got on by this much is not failing; a server that sends a few bytes each time is. */
const PROGRESS_BYTES = 256 * 1024;

/** Ranged requests for one file, tried again where that may help. */
export class RangeRequests {
  private readonly shown: string;
  private readonly client: HttpClient;
  private readonly context: SourceContext;

  constructor(href: string, client: HttpClient, context: SourceContext) {
    this.shown = shownHref(href);
    this.client = client;
    this.context = context;
  }

  /** Finds out the state of the file and reads its beginning. */
  async probe(signal?: AbortSignal): Promise<{ pin: Pin; head: Uint8Array }> {
    const backoff = this.backoff();
    for (;;) {
      try {
        const head: Uint8Array[] = [];
        const reply = this.once({ offset: 0, length: HEAD_BYTES }, null, signal);
        for (let next = await reply.next(); ; next = await reply.next()) {
          if (next.done === true) return { pin: next.value.pin, head: new Uint8Array(Buffer.concat(head)) };
          head.push(next.value);
        }
      } catch (error) {
        await this.pause(backoff, error, signal);
      }
    }
  }

  /** A range as it comes. A broken reply is continued from the byte reached. */
  async *chunks(range: ByteRange, pin: Pin, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const backoff = this.backoff();
    const end = range.offset + range.length;
    let position = range.offset;
    let landmark = position + PROGRESS_BYTES;
    while (position < end) {
      try {
        for await (const chunk of this.once({ offset: position, length: end - position }, pin, signal)) {
          position += chunk.length;
          if (position >= landmark) {
            backoff.reset();
            landmark = position + PROGRESS_BYTES;
          }
          yield chunk;
        }
      } catch (error) {
        await this.pause(backoff, error, signal);
      }
    }
  }

  /** One request: the bytes of its reply, which begin with the range's and may end before them. */
  private async *once(
    range: ByteRange,
    pin: Pin | null,
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array, Accepted, undefined> {
    const { offset, length } = range;
    const headers = { range: `bytes=${offset}-${offset + length - 1}`, ...precondition(pin) };
    const exchange = await this.client.get(headers, signal);
    let accepted: Accepted;
    try {
      const nowMs = this.context.clock.nowMs();
      accepted = acceptReply(exchange.status, exchange.headers, { shown: this.shown, range, pin, nowMs });
    } catch (error) {
      exchange.discard();
      throw error;
    }
    let received = 0;
    for await (const chunk of exchange.chunks()) {
      received += chunk.length;
      if (received > accepted.length) throw this.unavailable('the server sends more bytes than it says');
      yield chunk;
    }
    const missing = Math.min(length, accepted.pin.bytes - offset) - received;
    if (missing > 0) throw new TransientFault(`${missing} of ${length} bytes are missing from the reply`);
    return accepted;
  }

  private backoff(): Backoff {
    return new Backoff(this.context.limits.retry, this.context.clock);
  }

  private async pause(backoff: Backoff, failure: unknown, signal?: AbortSignal): Promise<void> {
    try {
      await backoff.wait(failure, signal);
    } catch (error) {
      throw error instanceof RetriesExhausted ? this.exhausted(error) : error;
    }
  }

  private exhausted(error: RetriesExhausted): Problem {
    const why = `${error.message}${error.attempts > 1 ? `, ${error.attempts} times running` : ''}`;
    return this.unavailable(why, error);
  }

  private unavailable(why: string, cause?: RetriesExhausted): Problem {
    const retryAfterMs = cause?.retryAfterMs ?? null;
    return new Problem('source-unavailable', `${this.shown} cannot be read: ${why}.`, {
      cause,
      ...(retryAfterMs === null ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) }),
    });
  }
}

/** The pin as a condition of a request, so that a server that knows conditions sends nothing of another state. */
function precondition(pin: Pin | null): Record<string, string> {
  if (pin === null) return {};
  const modifiedMs = derivedModified(pin.etag);
  return modifiedMs === null ? { 'if-match': pin.etag } : { 'if-unmodified-since': new Date(modifiedMs).toUTCString() };
}
