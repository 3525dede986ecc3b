import { ingredients, type Coverage, type Kernel, remade } from './coverage.ts';
import { children } from './overview.axis.ts';
import { OverviewMaker } from './overview.ts';
import type { Nodata } from './samples.ts';
import { SparsePixels } from './sparse.pixels.ts';
import type { Spans } from './spans.ts';
import { clampSpans } from './spans.window.ts';
import type { ClipLevel } from './window.ts';

/** How overview pixels are made. */
export interface Making {
  readonly method: Kernel['method'];
  readonly nodata: Nodata;
  /** Of bands that lie together in a tile; null when none of them says how opaque a pixel is. */
  readonly alphaBand: number | null;
}

/** Memory of a part, about, besides its pixels. */
const PART_BYTES = 1024;

/** Some tiles of an overview whose pixels are made of finer ones, which it holds until it is planned. */
export class OverviewPart {
  readonly #level: ClipLevel;
  readonly #axes: NonNullable<ClipLevel['axes']>;
  readonly #making: Making;
  readonly #ingredients: Spans;
  #held: SparsePixels | null = null;
  /** Pixels that have to be made. */
  readonly pixels: Spans;

  /** `box` in pixels, as the level is planned. */
  constructor(
    level: ClipLevel,
    axes: NonNullable<ClipLevel['axes']>,
    making: Making,
    box: { minColumn: number; minRow: number; endColumn: number; endRow: number },
    coverage: Coverage,
    finer: Coverage,
  ) {
    this.#level = level;
    this.#axes = axes;
    this.#making = making;
    const inBox = (spans: Spans): Spans =>
      clampSpans(spans.between(box.minRow, box.endRow), box.minColumn, box.endColumn);
    const [touched, pure] = [inBox(coverage.touched), inBox(coverage.pure)];
    this.pixels = remade({ touched, pure });
    touched.release();
    pure.release();
    if (this.pixels.isEmpty) {
      this.#ingredients = this.pixels;
      return;
    }
    const firstFiner = children(axes.rows, box.minRow)[0];
    const endFiner = children(axes.rows, Math.min(box.endRow, axes.rows.size) - 1)[1];
    const finerRows = finer.touched.between(firstFiner, endFiner);
    this.#ingredients = ingredients(this.pixels, finerRows, axes.columns, axes.rows);
  }

  /** Memory that it takes from its beginning, before it holds any finer pixel. */
  get plannedBytes(): number {
    return PART_BYTES + this.pixels.sizeBytes + this.#ingredients.sizeBytes;
  }

  /** Whether any of the pixels that it is made of lies in a box of the finer level. */
  meets(firstColumn: number, firstRow: number, endColumn: number, endRow: number): boolean {
    return this.#ingredients.meets(firstColumn, firstRow, endColumn, endRow);
  }

  /** Takes what it needs of a finer tile whose first pixel lies at the given place. */
  take(tile: Uint8Array, tileWidth: number, tileHeight: number, column: number, row: number): void {
    if (this.#held === null) {
      if (!this.meets(column, row, column + tileWidth, row + tileHeight)) return;
      this.#held = new SparsePixels(this.#ingredients, this.#level.image.samples);
    }
    this.#held.take(tile, tileWidth, tileHeight, column, row);
  }

  /** What makes its pixels, once all finer tiles were taken. */
  maker(): OverviewMaker {
    this.#held ??= new SparsePixels(this.#ingredients, this.#level.image.samples);
    const { method, nodata, alphaBand } = this.#making;
    return new OverviewMaker(this.#held, this.#axes, method, this.#level.image.samples, nodata, alphaBand);
  }

  /** Gives its memory back; it is of no use afterwards. */
  release(): void {
    this.#held?.release();
    this.#held = null;
    this.pixels.release();
    this.#ingredients.release();
  }
}
