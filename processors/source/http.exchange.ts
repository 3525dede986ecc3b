import type { ReadStatistics } from '../../cache/range.ts';
import type { HttpReply, HttpSend, ReplyHeaders } from './http.send.ts';
import type { SourceLimits } from './limits.ts';
import { TransientFault } from './retry.ts';

/** What sending a request needs. */
export interface Sending {
  send: HttpSend;
  limits: SourceLimits;
  statistics: ReadStatistics;
}

/** One request and its reply, under time limits. Must be read to its end or discarded. */
export class Exchange {
  readonly status: number;
  readonly headers: ReplyHeaders;
  private readonly body: AsyncIterable<Uint8Array>;
  private readonly sending: Sending;
  private readonly abort: AbortController;
  private readonly unfollow: () => void;
  private readonly signal: AbortSignal | undefined;

  private constructor(
    { status, headers, body }: HttpReply,
    sending: Sending,
    abort: AbortController,
    unfollow: () => void,
    signal?: AbortSignal,
  ) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.sending = sending;
    this.abort = abort;
    this.unfollow = unfollow;
    this.signal = signal;
  }

  /**
   * Sends a GET and waits for the head of its reply. Redirects are not followed.
   * @throws {TransientFault} when no reply comes in time or the connection fails; the signal's reason when it aborts.
   */
  static async get(
    url: URL,
    headers: Readonly<Record<string, string>>,
    sending: Sending,
    signal?: AbortSignal,
  ): Promise<Exchange> {
    const abort = new AbortController();
    const unfollow = follow(signal, abort);
    const { headTimeoutMs } = sending.limits;
    const timer = setTimeout(() => {
      abort.abort(new TransientFault(`no reply came within ${headTimeoutMs} ms`));
    }, headTimeoutMs);
    sending.statistics.requests += 1;
    try {
      const reply = await sending.send(url, headers, abort.signal);
      return new Exchange(reply, sending, abort, unfollow, signal);
    } catch (error) {
      unfollow();
      throw connectionFault(error, abort, signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * The body as it comes.
   * @throws {TransientFault} when it stalls or breaks; the signal's reason when it aborts.
   */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    const body = this.body[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.readInTime(() => body.next());
        if (next.done === true) return;
        this.sending.statistics.bytesRead += next.value.length;
        yield next.value;
      }
    } finally {
      await body.return?.();
      this.unfollow();
    }
  }

  /** Gives the reply up unread. */
  discard(): void {
    this.unfollow();
    this.abort.abort();
  }

  private async readInTime<T>(read: () => Promise<T>): Promise<T> {
    const { stallTimeoutMs } = this.sending.limits;
    const timer = setTimeout(() => {
      this.abort.abort(new TransientFault(`no byte came within ${stallTimeoutMs} ms`));
    }, stallTimeoutMs);
    try {
      return await read();
    } catch (error) {
      throw connectionFault(error, this.abort, this.signal);
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * Aborts as a signal does. A signal of both, made for each of thousands of requests, would have the garbage collector
 * look after it.
 * @returns a function that ends this.
 */
function follow(signal: AbortSignal | undefined, abort: AbortController): () => void {
  if (signal === undefined) return () => {};
  const forward = (): void => abort.abort(signal.reason);
  if (signal.aborted) forward();
  else signal.addEventListener('abort', forward, { once: true });
  return () => signal.removeEventListener('abort', forward);
}

function connectionFault(error: unknown, abort: AbortController, signal?: AbortSignal): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (abort.signal.reason instanceof TransientFault) return abort.signal.reason;
  return new TransientFault(`the connection failed (${errorCode(error)})`, { cause: error });
}

/** The system's code for a failed connection, or that of the error that caused it. */
function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause instanceof Error ? errorCode(error.cause) : error.name;
}
