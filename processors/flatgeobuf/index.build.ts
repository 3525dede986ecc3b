import { indexLevels, NODE_BYTES } from './index.layout.ts';

/** Four doubles. */
const BOX_VALUES = 4;

/**
 * Makes the packed R-tree of the features kept, in the order in which they come: since that is a spatial order
 * already, nothing is sorted. Leaves are handed out as they fill a chunk; of the levels above only boxes are held.
 */
export class IndexBuilder {
  readonly #nodeSize: number;
  /** Boxes of the nodes right above the leaves. */
  readonly #parents: number[] = [];
  #count = 0;

  constructor(nodeSize: number) {
    this.#nodeSize = nodeSize;
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a leaf's box and writes the leaf into `view` at `at`. */
  add(box: readonly [number, number, number, number], featureOffset: number, view: DataView, at: number): void {
    if (this.#count % this.#nodeSize === 0) this.#parents.push(Infinity, Infinity, -Infinity, -Infinity);
    growLast(this.#parents, box);
    this.#count++;
    writeNode(view, at, box, featureOffset);
  }

  /** All levels above the leaves, root first, and the box around everything. */
  finish(): { bytes: Uint8Array<ArrayBuffer>; envelope: readonly [number, number, number, number] } {
    const levels = indexLevels(this.#count, this.#nodeSize);
    const boxesByLevel = [this.#parents];
    for (let level = levels.length - 3; level >= 0; level--) {
      boxesByLevel.unshift(this.#boxesAbove(boxesByLevel[0] ?? []));
    }
    const nodeCount = boxesByLevel.reduce((sum, boxes) => sum + boxes.length / BOX_VALUES, 0);
    const view = new DataView(new ArrayBuffer(nodeCount * NODE_BYTES));
    let at = 0;
    boxesByLevel.forEach((boxes, level) => {
      const firstChild = levels[level + 1]?.first ?? 0;
      for (let node = 0; node * BOX_VALUES < boxes.length; node++) {
        writeNode(view, at, boxOf(boxes, node), firstChild + node * this.#nodeSize);
        at += NODE_BYTES;
      }
    });
    return { bytes: new Uint8Array(view.buffer), envelope: boxOf(boxesByLevel[0] ?? [], 0) };
  }

  #boxesAbove(boxes: readonly number[]): number[] {
    const above: number[] = [];
    for (let node = 0; node * BOX_VALUES < boxes.length; node++) {
      if (node % this.#nodeSize === 0) above.push(Infinity, Infinity, -Infinity, -Infinity);
      growLast(above, boxOf(boxes, node));
    }
    return above;
  }
}

function boxOf(boxes: readonly number[], node: number): [number, number, number, number] {
  const at = node * BOX_VALUES;
  return [boxes[at] ?? 0, boxes[at + 1] ?? 0, boxes[at + 2] ?? 0, boxes[at + 3] ?? 0];
}

function growLast(boxes: number[], [minX, minY, maxX, maxY]: readonly [number, number, number, number]): void {
  const at = boxes.length - BOX_VALUES;
  boxes[at] = Math.min(boxes[at] ?? 0, minX);
  boxes[at + 1] = Math.min(boxes[at + 1] ?? 0, minY);
  boxes[at + 2] = Math.max(boxes[at + 2] ?? 0, maxX);
  boxes[at + 3] = Math.max(boxes[at + 3] ?? 0, maxY);
}

function writeNode(view: DataView, at: number, box: readonly number[], value: number): void {
  box.forEach((ordinate, index) => view.setFloat64(at + index * 8, ordinate, true));
  view.setBigUint64(at + 32, BigInt(value), true);
}
