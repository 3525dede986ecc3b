import type { BlobSink } from '../engine.ts';
import { LEADER_BYTES, withLeaderAndTrailer } from './tile.reads.ts';
import type { TileLocation } from './tile.index.ts';

/** As many places share a copy: a run of tiles is then one segment of the recipe, and few of them are cut in two. */
const PLACES_PER_COPY = 1024;
/** Of all copies in the blob together, unless one alone is larger. */
const COPIES_BYTES_MAX = 1 << 20;

/**
 * A tile of the blob that stands at many places of a level. Some copies of it follow each other, which the places take
 * in turn: were there only one, every place would be a segment of its own, and a recipe has to be held in memory.
 */
export class RepeatedTile {
  readonly payloadBytes: number;
  readonly #firstOffset: number;
  readonly #strideBytes: number;
  readonly #copies: number;
  #taken = 0;

  private constructor(payloadBytes: number, firstOffset: number, strideBytes: number, copies: number) {
    this.payloadBytes = payloadBytes;
    this.#firstOffset = firstOffset;
    this.#strideBytes = strideBytes;
    this.#copies = copies;
  }

  /**
   * Writes the copies to the blob.
   * @param places at most, of the level's grid
   * @param isFramed whether tiles of the clip have leaders and trailers: copies follow each other with or without
   */
  static async write(payload: Uint8Array, places: number, isFramed: boolean, sink: BlobSink): Promise<RepeatedTile> {
    const tile = isFramed ? withLeaderAndTrailer(payload) : payload;
    const affordable = Math.max(1, Math.floor(COPIES_BYTES_MAX / tile.byteLength));
    const copies = Math.min(affordable, Math.ceil(places / PLACES_PER_COPY));
    const offset = await sink.append(tile);
    for (let copy = 1; copy < copies; copy++) await sink.append(tile);
    return new RepeatedTile(payload.byteLength, offset + (isFramed ? LEADER_BYTES : 0), tile.byteLength, copies);
  }

  /** Where the payload for the next place lies in the blob. */
  next(): TileLocation {
    const offset = this.#firstOffset + (this.#taken++ % this.#copies) * this.#strideBytes;
    return { offset, length: this.payloadBytes };
  }
}
