import { createHash } from 'node:crypto';
import type { BlobSink } from './engine.ts';

/** A blob held in memory: for tests and small clips. */
export class MemoryBlob implements BlobSink {
  readonly #chunks: Uint8Array[] = [];
  #sizeBytes = 0;

  async append(bytes: Uint8Array): Promise<number> {
    const offset = this.#sizeBytes;
    // `slice` of a Node Buffer is no copy.
    this.#chunks.push(new Uint8Array(bytes));
    this.#sizeBytes += bytes.byteLength;
    return offset;
  }

  async finish(): Promise<{ sha256: string; bytes: number }> {
    const hash = createHash('sha256');
    for (const chunk of this.#chunks) hash.update(chunk);
    return { sha256: hash.digest('hex'), bytes: this.#sizeBytes };
  }

  /** All bytes appended so far. */
  bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#sizeBytes);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.byteLength;
    }
    return all;
  }
}
