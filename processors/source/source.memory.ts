import { createHash } from 'node:crypto';
import type { ByteRange, RangeReader, ReadStatistics } from '../../cache/range.ts';
import { streamOf } from '../../cache/stream.ts';
import { readMany } from './read.many.ts';
import { requireRange, requireReadable } from './range.check.ts';

/** How much a stream hands on at a time. */
const STREAM_CHUNK_BYTES = 256 * 1024;
/** Memory has no round trips to save. */
const NO_OVER_READ = { gapMaxBytes: 0, runMaxBytes: Infinity, overReadShare: 0, overReadFloorBytes: 0 };

/** Reads bytes that are in memory already; its ETag is their SHA-256. They must not change afterwards. */
export function memoryReader(bytes: Uint8Array, href = 'memory:source'): RangeReader {
  return new MemorySource(bytes, href);
}

class MemorySource implements RangeReader {
  readonly href: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly statistics: ReadStatistics = { requests: 0, bytesRead: 0 };
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, href: string) {
    this.bytes = bytes;
    this.href = href;
    this.sizeBytes = bytes.length;
    this.etag = `"${createHash('sha256').update(bytes).digest('hex')}"`;
  }

  async read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array> {
    requireReadable(this, { offset, length });
    signal?.throwIfAborted();
    return this.copy(offset, length);
  }

  readMany(ranges: readonly ByteRange[], signal?: AbortSignal): Promise<Uint8Array[]> {
    return readMany(this, ranges, NO_OVER_READ, (...run) => this.read(...run), signal);
  }

  stream(offset: number, length: number, signal?: AbortSignal): ReadableStream<Uint8Array> {
    return streamOf(this.chunks({ offset, length }, signal));
  }

  async close(): Promise<void> {}

  private async *chunks(range: ByteRange, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    requireRange(this, range);
    const end = range.offset + range.length;
    for (let offset = range.offset; offset < end; offset += STREAM_CHUNK_BYTES) {
      signal?.throwIfAborted();
      yield this.copy(offset, Math.min(STREAM_CHUNK_BYTES, end - offset));
    }
  }

  private copy(offset: number, length: number): Uint8Array {
    this.statistics.requests += 1;
    this.statistics.bytesRead += length;
    // `slice` of a Node Buffer is no copy.
    return new Uint8Array(this.bytes.subarray(offset, offset + length));
  }
}
