import { Problem } from '../../cache/problem.ts';
import type { ClipLevel } from './window.ts';

/** What stands at a place of a level's tile grid. */
export const TILE_EMPTY = 0;
/** A tile of the source, copied. */
export const TILE_COPIED = 1;
/** A tile of the blob. */
export const TILE_MADE = 2;

/** Bounds the memory of a clip's tile tables to 52 MiB; a clip of the whole world at 1″ in 512-pixel tiles fits. */
const TILES_MAX = 4 << 20;
/** Tiles that memory is taken for at a time: most of a large clip's grid is often empty. */
const BLOCK_TILES = 256;
const [OFFSET_BYTES, LENGTH_BYTES, KIND_BYTES] = [8, 4, 1];

/** Tiles that follow each other in a grid. */
class TileBlock {
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
  readonly kinds: Uint8Array;

  constructor() {
    const buffer = new ArrayBuffer(BLOCK_TILES * (OFFSET_BYTES + LENGTH_BYTES + KIND_BYTES));
    this.offsets = new Float64Array(buffer, 0, BLOCK_TILES);
    this.lengths = new Uint32Array(buffer, BLOCK_TILES * OFFSET_BYTES, BLOCK_TILES);
    this.kinds = new Uint8Array(buffer, BLOCK_TILES * (OFFSET_BYTES + LENGTH_BYTES), BLOCK_TILES);
  }
}

/** The tiles of one level of a clip, row by row: what each is and where its payload lies. */
export class TileTable {
  /** How many places the grid has. */
  readonly tiles: number;
  /** Those without any tile are missing. */
  readonly #blocks: (TileBlock | undefined)[] = [];

  /**
   * @param planes in which bands are stored apart; their tiles follow each other (TIFF 6.0, PlanarConfiguration)
   * @throws {Problem} `unsupported-source` when the grid is too large.
   */
  constructor({ tilesAcross, tilesDown }: Pick<ClipLevel, 'tilesAcross' | 'tilesDown'>, planes = 1) {
    this.tiles = tilesAcross * tilesDown * planes;
    if (this.tiles > TILES_MAX) {
      throw new Problem(
        'unsupported-source',
        `The clip would have a grid of ${tilesAcross} × ${tilesDown} tiles${planes > 1 ? ` for each of ${planes} bands` : ''}; ` +
          `at most ${TILES_MAX} tiles are supported.`,
      );
    }
    for (let first = 0; first < this.tiles; first += BLOCK_TILES) this.#blocks.push(undefined);
  }

  set(tile: number, kind: number, offset: number, length: number): void {
    const number = Math.floor(tile / BLOCK_TILES);
    const block = (this.#blocks[number] ??= new TileBlock());
    const at = tile % BLOCK_TILES;
    block.kinds[at] = kind;
    block.offsets[at] = offset;
    block.lengths[at] = length;
  }

  /** What stands at a place: one of the constants above. */
  kind(tile: number): number {
    return this.#blocks[Math.floor(tile / BLOCK_TILES)]?.kinds[tile % BLOCK_TILES] ?? TILE_EMPTY;
  }

  /** Where a tile's payload begins, in the source or the blob. */
  offset(tile: number): number {
    return this.#blocks[Math.floor(tile / BLOCK_TILES)]?.offsets[tile % BLOCK_TILES] ?? 0;
  }

  /** Bytes of a tile's payload; 0 when it is empty. */
  length(tile: number): number {
    return this.#blocks[Math.floor(tile / BLOCK_TILES)]?.lengths[tile % BLOCK_TILES] ?? 0;
  }

  count(kind: number): number {
    let count = 0;
    for (let tile = 0; tile < this.tiles; tile++) if (this.kind(tile) === kind) count++;
    return count;
  }
}
