import type { Box } from './node.ts';

/** Four doubles. */
const BOX_VALUES = 4;
/** Half a megabyte; blocks are never copied, as one growing array would be. */
const BOXES_PER_BLOCK = 16_384;

/** Boxes of the nodes of one level, in order. */
export class NodeBoxes {
  readonly #blocks: Float64Array[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Adds a box. */
  push(minX: number, minY: number, maxX: number, maxY: number): void {
    const place = this.#count++ % BOXES_PER_BLOCK;
    if (place === 0) this.#blocks.push(new Float64Array(BOXES_PER_BLOCK * BOX_VALUES));
    this.#put(place, minX, minY, maxX, maxY);
  }

  /** Extends the last box around another. */
  growLast(minX: number, minY: number, maxX: number, maxY: number): void {
    const place = (this.#count - 1) % BOXES_PER_BLOCK;
    const [x0, y0, x1, y1] = this.at(this.#count - 1);
    this.#put(place, Math.min(x0, minX), Math.min(y0, minY), Math.max(x1, maxX), Math.max(y1, maxY));
  }

  at(index: number): Box {
    const block = this.#blocks[Math.floor(index / BOXES_PER_BLOCK)];
    const at = (index % BOXES_PER_BLOCK) * BOX_VALUES;
    if (block === undefined || index >= this.#count) throw new RangeError(`There is no box ${index}.`);
    return [block[at] ?? 0, block[at + 1] ?? 0, block[at + 2] ?? 0, block[at + 3] ?? 0];
  }

  #put(place: number, minX: number, minY: number, maxX: number, maxY: number): void {
    const block = this.#blocks.at(-1);
    if (block === undefined) return;
    const at = place * BOX_VALUES;
    block[at] = minX;
    block[at + 1] = minY;
    block[at + 2] = maxX;
    block[at + 3] = maxY;
  }
}
