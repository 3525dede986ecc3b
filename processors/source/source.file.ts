import { type BigIntStats, readSync, statSync } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { relative, isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ByteRange, RangeReader, RangeTarget, ReadStatistics } from '../../cache/range.ts';
import { streamOf } from '../../cache/stream.ts';
import { Problem } from '../../cache/problem.ts';
import { shownHref } from './href.shown.ts';
import { requireRange, requireReadable } from './range.check.ts';
import { readMany } from './read.many.ts';
import { type Pin, derivedValidator } from './validator.ts';

/**
 * How much a stream reads at a time: below, calls cost more than the copying; of larger ones too much memory waits for
 * the garbage collector, which looks at what streams leave behind about every 60 chunks.
 */
const STREAM_CHUNK_BYTES = 128 * 1024;
/** A page cache makes a read across a page as cheap as a second call; there is no round trip to save. */
const FILE_COALESCING = {
  gapMaxBytes: 4 * 1024,
  runMaxBytes: 8 * 1024 * 1024,
  overReadShare: 0.02,
  overReadFloorBytes: 64 * 1024,
};

/**
 * Opens a local file. It is pinned by size and modification time in nanoseconds, compared after every read, as is
 * that the path still names the same file.
 * @param roots Folders one of which the file must lie in, symbolic links followed.
 * @throws {Problem} `source-missing`, `unsupported-source` when it is no plain file or outside of the roots,
 *   `source-changed` when it is not in the expected state, `source-unavailable` when it may not be read.
 */
export async function openFileSource(href: string, roots: readonly string[], expect?: Pin): Promise<RangeReader> {
  try {
    const path = await realpath(fileURLToPath(href));
    await requireInside(href, path, roots);
    const found = await stat(path, { bigint: true });
    // Checked before opening: to open a pipe would wait for its writer.
    if (!found.isFile()) throw new Problem('unsupported-source', `${shownHref(href)} is not a plain file.`);
    const handle = await open(path, 'r');
    return await pinned(href, path, handle, expect);
  } catch (error) {
    throw fileProblem(href, error);
  }
}

async function pinned(href: string, path: string, handle: FileHandle, expect?: Pin): Promise<RangeReader> {
  try {
    const state = await handle.stat({ bigint: true });
    const source = new FileSource(href, path, handle, state);
    if (expect !== undefined && (expect.etag !== source.etag || expect.bytes !== source.sizeBytes)) throw changed(href);
    return source;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function requireInside(href: string, path: string, roots: readonly string[]): Promise<void> {
  for (const root of roots) {
    // A root that is not there holds nothing and must not keep the others from being looked at.
    const base = await realpath(root).catch(() => null);
    if (base === null) continue;
    const way = relative(base, path);
    if (way !== '..' && !way.startsWith('../') && !isAbsolute(way)) return;
  }
  throw new Problem('unsupported-source', `${shownHref(href)} does not lie in a folder that sources may be read from.`);
}

function changed(href: string): Problem {
  return new Problem('source-changed', `${shownHref(href)} was changed or replaced. Ask for the clip again.`);
}

/** Maps what the file system says. */
function fileProblem(href: string, error: unknown): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : error.name;
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? new Problem('source-missing', `There is no file ${shownHref(href)}.`, { cause: error })
    : new Problem('source-unavailable', `${shownHref(href)} cannot be read (${code}).`, { cause: error });
}

class FileSource implements RangeReader {
  readonly href: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly statistics: ReadStatistics = { requests: 0, bytesRead: 0 };
  private readonly path: string;
  private readonly handle: FileHandle;
  private readonly state: BigIntStats;

  constructor(href: string, path: string, handle: FileHandle, state: BigIntStats) {
    this.href = href;
    this.path = path;
    this.handle = handle;
    this.state = state;
    this.sizeBytes = Number(state.size);
    this.etag = derivedValidator(this.sizeBytes, state.mtimeNs);
  }

  async read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array> {
    requireReadable(this, { offset, length });
    signal?.throwIfAborted();
    try {
      // Not zeroed: it is filled to its end or thrown away.
      const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
      await this.readInto(bytes, offset);
      this.requireSame(await stat(this.path, { bigint: true }));
      signal?.throwIfAborted();
      return bytes;
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      throw fileProblem(this.href, error);
    }
  }

  readMany(ranges: readonly ByteRange[], signal?: AbortSignal): Promise<Uint8Array[]> {
    return readMany(this, ranges, FILE_COALESCING, (...run) => this.read(...run), signal);
  }

  stream(offset: number, length: number, signal?: AbortSignal): ReadableStream<Uint8Array> {
    return streamOf(this.chunks({ offset, length }, signal));
  }

  readBlocking(targets: readonly RangeTarget[]): void {
    for (const { offset, target } of targets) requireRange(this, { offset, length: target.length });
    try {
      for (const { offset, target } of targets) {
        let filled = 0;
        while (filled < target.length) {
          filled += this.counted(readSync(this.handle.fd, target, filled, target.length - filled, offset + filled));
        }
      }
      this.requireSame(statSync(this.path, { bigint: true }));
    } catch (error) {
      throw fileProblem(this.href, error);
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  private async *chunks(range: ByteRange, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    requireRange(this, range);
    const end = range.offset + range.length;
    for (let offset = range.offset; offset < end; offset += STREAM_CHUNK_BYTES) {
      yield await this.read(offset, Math.min(STREAM_CHUNK_BYTES, end - offset), signal);
    }
  }

  private async readInto(bytes: Uint8Array, offset: number): Promise<void> {
    let filled = 0;
    while (filled < bytes.length) {
      filled += this.counted((await this.handle.read(bytes, filled, bytes.length - filled, offset + filled)).bytesRead);
    }
  }

  private counted(bytesRead: number): number {
    // The range was inside the file when it was opened: it has been cut short since.
    if (bytesRead === 0) throw changed(this.href);
    this.statistics.requests += 1;
    this.statistics.bytesRead += bytesRead;
    return bytesRead;
  }

  private requireSame({ ino, dev, size, mtimeNs }: BigIntStats): void {
    const { state } = this;
    const same = ino === state.ino && dev === state.dev && size === state.size && mtimeNs === state.mtimeNs;
    if (!same) throw changed(this.href);
  }
}
