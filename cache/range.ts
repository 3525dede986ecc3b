/** A run of bytes: `length` bytes from `offset` on. */
export interface ByteRange {
  offset: number;
  length: number;
}

/** Memory to fill with the bytes from `offset` on. */
export interface RangeTarget {
  offset: number;
  target: Uint8Array;
}

/** What a reader has cost so far. */
export interface ReadStatistics {
  requests: number;
  bytesRead: number;
}

/**
 * Reads one immutable state of a file by byte range.
 *
 * A reader is pinned: every read returns bytes of the state described by `etag` and `sizeBytes`, or throws a
 * `source-changed` Problem. Reads outside the file throw `invalid-source`; a file that is gone throws
 * `source-missing`; anything else that keeps it from being read throws `source-unavailable`.
 */
export interface RangeReader {
  /** Where the file is: an `https:`, `http:`, `s3:` or `file:` URL. */
  readonly href: string;
  readonly sizeBytes: number;
  /**
   * What the state is pinned to: the strong ETag with its quotes or, where the server gives none,
   * a quoted validator made of size and modification time.
   */
  readonly etag: string;
  readonly statistics: Readonly<ReadStatistics>;
  /** Exactly `length` bytes from `offset`. */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** Several ranges in one go, answered in the order given; near ones are fetched together. */
  readMany(ranges: readonly ByteRange[], signal?: AbortSignal): Promise<Uint8Array[]>;
  /** A long run, without holding it in memory. Errors surface on the stream. */
  stream(offset: number, length: number, signal?: AbortSignal): ReadableStream<Uint8Array>;
  /**
   * Fills targets while the calling thread waits: for threads that only copy, since a short read costs a tenth of what
   * a promise of one does. Only readers of bytes that lie on this machine have it. The targets' contents count for
   * nothing when it throws.
   */
  readBlocking?(targets: readonly RangeTarget[]): void;
  close(): Promise<void>;
}
