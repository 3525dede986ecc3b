import type { Queryable } from '../database/database.ts';
import { loadPreparedBytes } from './geometry.store.ts';
import type { PrepareBoundary } from './prepare.ts';

/** About 40 boundaries of the largest countries in full detail, or all ordinary ones. */
const CACHE_MAX_BYTES = 256 * 1024 * 1024;

/** Prepared boundaries in memory that all threads share, least recently used ones dropped. */
export class PreparedCache {
  readonly #database: Queryable;
  readonly #prepare: PrepareBoundary;
  readonly #loaded = new Map<string, Promise<Uint8Array>>();
  readonly #sizes = new Map<string, number>();

  constructor(database: Queryable, prepare: PrepareBoundary) {
    this.#database = database;
    this.#prepare = prepare;
  }

  /** @throws {Error} when no geometry of that digest is stored. */
  async get(digest: string): Promise<Uint8Array> {
    const known = this.#loaded.get(digest);
    const loading = known ?? this.#load(digest);
    // Set again to move it to the end, which is the most recently used one.
    this.#loaded.delete(digest);
    this.#loaded.set(digest, loading);
    try {
      const bytes = await loading;
      // It may have been dropped while it was loading.
      if (this.#loaded.get(digest) === loading) this.#sizes.set(digest, bytes.byteLength);
      this.#shrink();
      return bytes;
    } catch (error) {
      if (this.#loaded.get(digest) === loading) this.#loaded.delete(digest);
      throw error;
    }
  }

  async #load(digest: string): Promise<Uint8Array> {
    const bytes = await loadPreparedBytes(this.#database, digest, this.#prepare);
    if (bytes === null) throw new Error(`No geometry with the digest ${digest} is stored.`);
    return bytes;
  }

  #shrink(): void {
    let total = [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const digest of this.#loaded.keys()) {
      if (total <= CACHE_MAX_BYTES) return;
      const size = this.#sizes.get(digest);
      // One that is still loading takes up nothing yet.
      if (size === undefined) continue;
      total -= size;
      this.#sizes.delete(digest);
      this.#loaded.delete(digest);
    }
  }
}
