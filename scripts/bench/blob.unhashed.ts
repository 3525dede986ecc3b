import type { BlobSink } from '../../processors/engine.ts';

/** Holds made bytes in memory and does not hash them: what planning and writing cost without it. */
export class UnhashedBlob implements BlobSink {
  /** What was appended, in order. */
  readonly parts: Uint8Array[] = [];
  #sizeBytes = 0;

  async append(bytes: Uint8Array): Promise<number> {
    const offset = this.#sizeBytes;
    this.parts.push(bytes.slice());
    this.#sizeBytes += bytes.byteLength;
    return offset;
  }

  async finish(): Promise<{ sha256: string; bytes: number }> {
    return { sha256: '0'.repeat(64), bytes: this.#sizeBytes };
  }
}
