import { children } from './overview.axis.ts';
import type { ClipLevel } from './window.ts';

/** Some tiles of a level: neighbours in one row of its grid. */
export interface LevelPart {
  /** Number of the level, 0 for the full resolution. */
  readonly level: number;
  /** Row of tiles in the level's grid. */
  readonly tileRow: number;
  /** Columns of tiles, end exclusive. */
  readonly firstColumn: number;
  readonly endColumn: number;
}

/**
 * The order that all levels of a clip are planned in: each part of an overview comes as soon as the parts of the finer
 * level that it is made of are there, so that no more than these have to be held.
 */
export class LevelOrder {
  readonly #levels: readonly ClipLevel[];
  readonly #widths: readonly number[];

  /** @param widths tiles that a part of each level has at most; parts of a level must not straddle those of the next */
  constructor(levels: readonly ClipLevel[], widths: readonly number[]) {
    this.#levels = levels;
    this.#widths = widths;
  }

  /** All parts, each after the finer ones under it. */
  *parts(): Generator<LevelPart, void, undefined> {
    const next = this.#levels.map((level, index) => new Uint32Array(this.#chunksOf(level, index)));
    for (let level = this.#levels.length - 1; level >= 0; level--) {
      const { tilesDown } = this.#level(level);
      for (let tileRow = 0; tileRow < tilesDown; tileRow++) {
        for (const chunk of (next[level] ?? []).keys()) yield* this.#upTo(next, level, tileRow, chunk);
      }
    }
  }

  /** The parts of an overview that a part of the next finer level has a share in. */
  *parents({ level, tileRow, firstColumn, endColumn }: LevelPart): Generator<LevelPart, void, undefined> {
    const [finer, coarser] = [this.#level(level), this.#levels[level + 1]];
    if (coarser === undefined || coarser.axes === null) return;
    const { columns, rows } = coarser.axes;
    const parent = (axis: typeof rows, pixel: number): number => {
      return Math.min(axis.size - 1, Math.floor(pixel / axis.factor));
    };
    const top = finer.originRow + tileRow * finer.image.tileHeight;
    const left = finer.originColumn + firstColumn * finer.image.tileWidth;
    const right = finer.originColumn + endColumn * finer.image.tileWidth;
    const partWidth = this.#width(level + 1) * coarser.image.tileWidth;
    const chunks = this.#chunksOf(coarser, level + 1);
    const rowOf = (pixel: number): number =>
      clamp((parent(rows, pixel) - coarser.originRow) / coarser.image.tileHeight, coarser.tilesDown);
    const chunkOf = (pixel: number): number =>
      clamp((parent(columns, pixel) - coarser.originColumn) / partWidth, chunks);
    for (let row = rowOf(top); row <= rowOf(top + finer.image.tileHeight - 1); row++) {
      for (let chunk = chunkOf(left); chunk <= chunkOf(right - 1); chunk++) yield this.#part(level + 1, row, chunk);
    }
  }

  /** The parts of one stretch of columns that are not planned yet, down to a row of tiles. */
  *#upTo(next: readonly Uint32Array[], level: number, tileRow: number, chunk: number): Generator<LevelPart> {
    const rows = next[level];
    if (rows === undefined) return;
    for (let row = rows[chunk] ?? 0; row <= tileRow; row++) {
      yield* this.#finer(next, level, row, chunk);
      rows[chunk] = row + 1;
      yield this.#part(level, row, chunk);
    }
  }

  *#finer(next: readonly Uint32Array[], level: number, tileRow: number, chunk: number): Generator<LevelPart> {
    const { axes, originRow, originColumn, height, width, image } = this.#level(level);
    const finer = this.#levels[level - 1];
    if (axes === null || finer === undefined) return;
    const row = originRow + tileRow * image.tileHeight;
    const lastRow = Math.min(row + image.tileHeight, originRow + height) - 1;
    const endTileRow = Math.ceil((children(axes.rows, lastRow)[1] - finer.originRow) / finer.image.tileHeight);
    const partWidth = this.#width(level) * image.tileWidth;
    const column = originColumn + chunk * partWidth;
    const lastColumn = Math.min(column + partWidth, originColumn + width) - 1;
    const finerWidth = this.#width(level - 1) * finer.image.tileWidth;
    const chunks = this.#chunksOf(finer, level - 1);
    const first = clamp((children(axes.columns, column)[0] - finer.originColumn) / finerWidth, chunks);
    const last = clamp((children(axes.columns, lastColumn)[1] - 1 - finer.originColumn) / finerWidth, chunks);
    const endRow = Math.min(endTileRow, finer.tilesDown);
    for (let finerChunk = first; finerChunk <= last; finerChunk++) {
      yield* this.#upTo(next, level - 1, endRow - 1, finerChunk);
    }
  }

  #part(level: number, tileRow: number, chunk: number): LevelPart {
    const firstColumn = chunk * this.#width(level);
    const endColumn = Math.min(firstColumn + this.#width(level), this.#level(level).tilesAcross);
    return { level, tileRow, firstColumn, endColumn };
  }

  #level(index: number): ClipLevel {
    const level = this.#levels[index];
    if (level === undefined) throw new RangeError(`There is no level ${index}.`);
    return level;
  }

  #width(level: number): number {
    return this.#widths[level] ?? 1;
  }

  #chunksOf({ tilesAcross }: ClipLevel, level: number): number {
    return Math.ceil(tilesAcross / this.#width(level));
  }
}

/** A place among `count` ones: pixels beside a level's extent belong to its first or last. */
function clamp(place: number, count: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor(place)));
}
