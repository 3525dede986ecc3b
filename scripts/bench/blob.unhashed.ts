import type { FileHandle } from 'node:fs/promises';
import type { BlobSink } from '../../processors/engine.ts';

/** Small appends are gathered up to this size, as where blobs are hashed. */
const BUFFER_BYTES = 1024 * 1024;

/** Does not hash made bytes: what planning and writing cost without it. */
export class UnhashedBlob implements BlobSink {
  readonly #file: FileHandle | null;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #buffered = 0;
  #sizeBytes = 0;

  /** @param file opened for writing; null throws the bytes away. */
  constructor(file: FileHandle | null) {
    this.#file = file;
  }

  async append(bytes: Uint8Array): Promise<number> {
    const offset = this.#sizeBytes;
    if (this.#buffered + bytes.byteLength > BUFFER_BYTES) await this.#flush();
    if (bytes.byteLength > BUFFER_BYTES) await this.#file?.writeFile(bytes);
    else {
      this.#buffer.set(bytes, this.#buffered);
      this.#buffered += bytes.byteLength;
    }
    this.#sizeBytes += bytes.byteLength;
    return offset;
  }

  async finish(): Promise<{ sha256: string; bytes: number }> {
    await this.#flush();
    return { sha256: '0'.repeat(64), bytes: this.#sizeBytes };
  }

  async #flush(): Promise<void> {
    await this.#file?.writeFile(this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }
}
