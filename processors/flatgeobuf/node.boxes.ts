import { NODE_BYTES } from './index.layout.ts';
import { type Box, setOffset } from './node.ts';

/** Four doubles. */
const BOX_VALUES = 4;
/** Half a megabyte; blocks are never copied, as one growing array would be. */
const BOXES_PER_BLOCK = 16_384;

/** Boxes of the nodes of one level, in order. Nothing is made for a box, since there are hundreds of thousands. */
export class NodeBoxes {
  readonly #blocks: Float64Array[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Adds a box. */
  push(minX: number, minY: number, maxX: number, maxY: number): void {
    const at = (this.#count++ % BOXES_PER_BLOCK) * BOX_VALUES;
    if (at === 0) this.#blocks.push(new Float64Array(BOXES_PER_BLOCK * BOX_VALUES));
    const block = this.#blockOf(this.#count - 1);
    block[at] = minX;
    block[at + 1] = minY;
    block[at + 2] = maxX;
    block[at + 3] = maxY;
  }

  /** Extends the last box around another. */
  growLast(minX: number, minY: number, maxX: number, maxY: number): void {
    const block = this.#blockOf(this.#count - 1);
    const at = ((this.#count - 1) % BOXES_PER_BLOCK) * BOX_VALUES;
    block[at] = Math.min(block[at] ?? minX, minX);
    block[at + 1] = Math.min(block[at + 1] ?? minY, minY);
    block[at + 2] = Math.max(block[at + 2] ?? maxX, maxX);
    block[at + 3] = Math.max(block[at + 3] ?? maxY, maxY);
  }

  at(index: number): Box {
    const block = this.#blockOf(index);
    const at = (index % BOXES_PER_BLOCK) * BOX_VALUES;
    return [block[at] ?? 0, block[at + 1] ?? 0, block[at + 2] ?? 0, block[at + 3] ?? 0];
  }

  /** The boxes of the level above, each around the next `nodeSize` ones. */
  above(nodeSize: number): NodeBoxes {
    const parents = new NodeBoxes();
    for (let index = 0; index < this.#count; index++) {
      const block = this.#blockOf(index);
      const at = (index % BOXES_PER_BLOCK) * BOX_VALUES;
      const [minX, minY, maxX, maxY] = [block[at] ?? 0, block[at + 1] ?? 0, block[at + 2] ?? 0, block[at + 3] ?? 0];
      if (index % nodeSize === 0) parents.push(minX, minY, maxX, maxY);
      else parents.growLast(minX, minY, maxX, maxY);
    }
    return parents;
  }

  /** Nodes `first` to `end − 1`, the first of which points to node `child` of the index and each has `nodeSize`. */
  nodes(first: number, end: number, child: number, nodeSize: number): Uint8Array<ArrayBuffer> {
    const view = new DataView(new ArrayBuffer((end - first) * NODE_BYTES));
    for (let index = first; index < end; index++) {
      const block = this.#blockOf(index);
      const from = (index % BOXES_PER_BLOCK) * BOX_VALUES;
      const at = (index - first) * NODE_BYTES;
      for (let value = 0; value < BOX_VALUES; value++) view.setFloat64(at + value * 8, block[from + value] ?? 0, true);
      setOffset(view, at, child + (index - first) * nodeSize);
    }
    return new Uint8Array(view.buffer);
  }

  #blockOf(index: number): Float64Array {
    const block = this.#blocks[Math.floor(index / BOXES_PER_BLOCK)];
    if (block === undefined || index >= this.#count) throw new RangeError(`There is no box ${index}.`);
    return block;
  }
}
