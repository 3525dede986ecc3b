import { Problem } from './problem.ts';
import { readCoalesced } from './range.read.many.ts';
import type { ByteRange, RangeReader, ReadStatistics } from './range.ts';
import type { ObjectHead, ObjectStore } from './store.ts';
import { chunksOf, readExactly, streamOf } from './stream.ts';

const KIB = 1024;

/** A store is near: a gap of this size costs less than a request. Over-read is held to a quarter. */
const COALESCE_LIMITS = {
  gapMaxBytes: 64 * KIB,
  runMaxBytes: 4 * KIB * KIB,
  overReadShare: 0.25,
  overReadFloorBytes: 64 * KIB,
};

/** Reads at a time of one `readMany`; a Worker may hold six connections in all. */
const CONCURRENCY = 4;

/**
 * Opens an object of a store for reading by range, pinned to its present size and ETag: the store's own, which is
 * not the ETag of a clip.
 * @throws {Problem} `source-missing` when there is no such object, `source-unavailable` when the store fails.
 */
export async function openStoreReader(store: ObjectStore, key: string): Promise<RangeReader> {
  const head = await fromStore(key, () => store.head(key));
  if (head === null) throw missing(key);
  return new StoreReader(store, head);
}

class StoreReader implements RangeReader {
  readonly href: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly statistics: ReadStatistics = { requests: 0, bytesRead: 0 };
  readonly #store: ObjectStore;
  readonly #key: string;

  constructor(store: ObjectStore, head: ObjectHead) {
    this.#store = store;
    this.#key = head.key;
    this.href = `store:${head.key}`;
    this.sizeBytes = head.sizeBytes;
    this.etag = head.etag;
  }

  async read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array> {
    this.#requireInside(offset, length);
    const stream = this.stream(offset, length, signal);
    return fromStore(this.#key, () => readExactly(stream, length), signal);
  }

  async readMany(ranges: readonly ByteRange[], signal?: AbortSignal): Promise<Uint8Array[]> {
    for (const { offset, length } of ranges) this.#requireInside(offset, length);
    const options = { limits: COALESCE_LIMITS, concurrency: CONCURRENCY, signal };
    return readCoalesced(ranges, (...run) => this.read(...run), options);
  }

  stream(offset: number, length: number, signal?: AbortSignal): ReadableStream<Uint8Array> {
    return streamOf(this.#chunks(offset, length, signal), undefined, signal);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async *#chunks(offset: number, length: number, signal?: AbortSignal): AsyncGenerator<Uint8Array, void> {
    this.#requireInside(offset, length);
    if (length === 0) return;
    signal?.throwIfAborted();
    this.statistics.requests += 1;
    const stored = await fromStore(this.#key, () => this.#store.get(this.#key, { offset, length }), signal);
    if (stored === null) throw missing(this.#key);
    if (stored.head.etag !== this.etag || stored.head.sizeBytes !== this.sizeBytes) {
      await stored.body.cancel();
      throw new Problem('source-changed', `${this.#key} was replaced in the store while it was read.`);
    }
    const chunks = chunksOf(stored.body);
    try {
      for (;;) {
        const { done, value } = await fromStore(this.#key, () => chunks.next(), signal);
        if (done === true) return;
        this.statistics.bytesRead += value.length;
        yield value;
      }
    } finally {
      await chunks.return();
    }
  }

  #requireInside(offset: number, length: number): void {
    const valid = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
    if (valid && offset + length <= this.sizeBytes) return;
    throw new Problem(
      'invalid-source',
      `${this.#key} has ${this.sizeBytes} bytes; ${length} bytes from offset ${offset} do not lie inside it.`,
    );
  }
}

function missing(key: string): Problem {
  return new Problem('source-missing', `There is no object ${key} in the store.`);
}

async function fromStore<T>(key: string, action: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    signal?.throwIfAborted();
    throw new Problem('source-unavailable', `The store cannot give ${key} at the moment.`, { cause });
  }
}
