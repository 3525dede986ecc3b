import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { BlobSink } from './engine.ts';

/** Small appends are gathered up to this size, so that an edge tile does not cost a system call each. */
const BUFFER_BYTES = 1 << 20;

/**
 * A blob written to a new file as it is made, hashed on the way. The caller removes the file after a failure.
 * Calls must not overlap.
 */
export class FileBlob implements BlobSink {
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #buffered = 0;
  #sizeBytes = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @throws when the file exists already or cannot be made. */
  static async create(path: string): Promise<FileBlob> {
    return new FileBlob(await open(path, 'wx'));
  }

  async append(bytes: Uint8Array): Promise<number> {
    const offset = this.#sizeBytes;
    this.#hash.update(bytes);
    if (this.#buffered + bytes.byteLength > BUFFER_BYTES) await this.#flush();
    if (bytes.byteLength > BUFFER_BYTES) {
      await this.#write(bytes);
    } else {
      this.#buffer.set(bytes, this.#buffered);
      this.#buffered += bytes.byteLength;
    }
    this.#sizeBytes += bytes.byteLength;
    return offset;
  }

  async finish(): Promise<{ sha256: string; bytes: number }> {
    await this.#flush();
    await this.#file.close();
    return { sha256: this.#hash.digest('hex'), bytes: this.#sizeBytes };
  }

  /** Closes the file without ending the blob: for the way out after an error. Harmless after `finish`. */
  async abort(): Promise<void> {
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    await this.#write(this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }

  /** A write may take fewer bytes than it was given. */
  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength;) {
      const { bytesWritten } = await this.#file.write(bytes, at);
      at += bytesWritten;
    }
  }
}
