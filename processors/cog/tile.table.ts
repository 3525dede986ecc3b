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

/** The tiles of one level of a clip, row by row: what each is and where its payload lies. */
export class TileTable {
  readonly kinds: Uint8Array;
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;

  /**
   * @param planes in which bands are stored apart; their tiles follow each other (TIFF 6.0, PlanarConfiguration)
   * @throws {Problem} `unsupported-source` when the grid is too large.
   */
  constructor({ tilesAcross, tilesDown }: Pick<ClipLevel, 'tilesAcross' | 'tilesDown'>, planes = 1) {
    const count = tilesAcross * tilesDown * planes;
    if (count > TILES_MAX) {
      throw new Problem(
        'unsupported-source',
        `The clip would have a grid of ${tilesAcross} × ${tilesDown} tiles${planes > 1 ? ` for each of ${planes} bands` : ''}; ` +
          `at most ${TILES_MAX} tiles are supported.`,
      );
    }
    this.kinds = new Uint8Array(count);
    this.offsets = new Float64Array(count);
    this.lengths = new Uint32Array(count);
  }

  set(tile: number, kind: number, offset: number, length: number): void {
    this.kinds[tile] = kind;
    this.offsets[tile] = offset;
    this.lengths[tile] = length;
  }

  count(kind: number): number {
    let count = 0;
    for (const value of this.kinds) if (value === kind) count++;
    return count;
  }
}
