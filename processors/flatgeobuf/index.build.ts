import { indexLevels, type IndexLevel, NODE_BYTES } from './index.layout.ts';
import { type Box, HIGH, OFFSET_AT, writeNode } from './node.ts';
import { NodeBoxes } from './node.boxes.ts';

/** Nodes handed out at a time. */
const NODES_PER_CHUNK = 4096;

/**
 * Makes the packed R-tree of the features kept, in the order in which they come: since that is a spatial order
 * already, nothing is sorted. Leaves stay with the caller; of the levels above only boxes are held, two bytes for each
 * feature where nodes have 16 children.
 */
export class IndexBuilder {
  readonly #nodeSize: number;
  /** Of the nodes right above the leaves. */
  readonly #parents = new NodeBoxes();
  #count = 0;

  constructor(nodeSize: number) {
    this.#nodeSize = nodeSize;
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a leaf's box and writes the leaf into `view` at `at`. */
  add(box: Box, featureOffset: number, view: DataView, at: number): void {
    writeNode(view, at, box, featureOffset);
    this.addLeaves(view, at, 1, 0);
  }

  /**
   * Takes in leaves that stand in `view` one after another, and adds `shiftBytes` to the offset of each. Nothing is
   * made for a leaf here, since there are millions.
   */
  addLeaves(view: DataView, at: number, count: number, shiftBytes: number): void {
    const end = at + count * NODE_BYTES;
    for (let leaf = at; leaf < end;) {
      const used = this.#count % this.#nodeSize;
      const siblingsEnd = Math.min(end, leaf + (this.#nodeSize - used) * NODE_BYTES);
      this.#count += (siblingsEnd - leaf) / NODE_BYTES;
      let minX = Infinity;
      let minY = Infinity;
      let maxX = -Infinity;
      let maxY = -Infinity;
      for (; leaf < siblingsEnd; leaf += NODE_BYTES) {
        minX = Math.min(minX, view.getFloat64(leaf, true));
        minY = Math.min(minY, view.getFloat64(leaf + 8, true));
        maxX = Math.max(maxX, view.getFloat64(leaf + 16, true));
        maxY = Math.max(maxY, view.getFloat64(leaf + 24, true));
        const low = view.getUint32(leaf + OFFSET_AT, true);
        const high = view.getUint32(leaf + OFFSET_AT + 4, true);
        const offset = low + high * HIGH + shiftBytes;
        // Written modulo 2^32.
        view.setUint32(leaf + OFFSET_AT, offset, true);
        view.setUint32(leaf + OFFSET_AT + 4, offset / HIGH, true);
      }
      if (used === 0) this.#parents.push(minX, minY, maxX, maxY);
      else this.#parents.growLast(minX, minY, maxX, maxY);
    }
  }

  /** All levels above the leaves, root first and chunk by chunk, and the box around everything. */
  finish(): { chunks: Iterable<Uint8Array<ArrayBuffer>>; envelope: Box } {
    const boxesByLevel = [this.#parents];
    const levels = indexLevels(this.#count, this.#nodeSize);
    for (let level = levels.length - 3; level >= 0; level--) {
      boxesByLevel.unshift((boxesByLevel[0] ?? this.#parents).above(this.#nodeSize));
    }
    const envelope = boxesByLevel[0]?.at(0) ?? [0, 0, 0, 0];
    return { chunks: chunksOf(boxesByLevel, levels, this.#nodeSize), envelope };
  }
}

function* chunksOf(
  boxesByLevel: readonly NodeBoxes[],
  levels: readonly IndexLevel[],
  nodeSize: number,
): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
  for (const [level, boxes] of boxesByLevel.entries()) {
    const firstChild = levels[level + 1]?.first ?? 0;
    for (let first = 0; first < boxes.count; first += NODES_PER_CHUNK) {
      const end = Math.min(first + NODES_PER_CHUNK, boxes.count);
      yield boxes.nodes(first, end, firstChild + first * nodeSize, nodeSize);
    }
  }
}
