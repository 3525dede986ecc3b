import { releaseMemory } from '../memory.release.ts';
import { type Geometry, partsOf } from './geometry.ts';

/** Of smaller features the garbage collector takes care. */
const LARGE_FEATURE_BYTES = 64 * 1024;

/** Gives memory back that was made for a large feature: not that of the bytes which the feature was read from. */
export class SpentMemory {
  readonly #bytes: Uint8Array;
  /** A view of each buffer that other geometries may share. */
  readonly #shared = new Map<ArrayBufferLike, ArrayBufferView>();

  /** @param bytes of the feature. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Takes over a geometry that is no longer needed; of what it shares with no other one the memory is given back. */
  add(geometry: Geometry): void {
    if (this.#bytes.length < LARGE_FEATURE_BYTES) return;
    for (const { xy, z, m, t, tm } of partsOf(geometry)) {
      for (const values of [xy, z, m, t, tm]) {
        if (values === null || values.buffer === this.#bytes.buffer) continue;
        if (values.byteLength === values.buffer.byteLength) releaseMemory(values);
        else this.#shared.set(values.buffer, values);
      }
    }
  }

  /** Gives the rest back. */
  release(): void {
    for (const values of this.#shared.values()) releaseMemory(values);
    this.#shared.clear();
  }
}
