import { sortWithoutRepeats } from './ascending.ts';
import { crossingX, passesAbove, spansRow } from './edge.ts';
import type { BoxClass } from './prepared.ts';
import type { Segment } from './segments.ts';
import {
  EDGE_COUNT_MASK,
  type EdgeTreeArrays,
  HALVED_ACROSS_X,
  HALVED_ACROSS_Y,
  LEAF_INSIDE,
  RIGHT_INSIDE,
} from './tree.arrays.ts';
import { BoxSearch, MET_INSIDE, MET_OUTSIDE } from './tree.box.ts';

/**
 * A binary tree of halved cells over the edges of a boundary. Cells without an edge know whether they lie inside, the
 * others whether one point of their right side does, so that no search leaves the cell of its point. Cells are half-open: a point on the line between two belongs to the one with the larger coordinates.
 */
export class EdgeTree {
  readonly arrays: EdgeTreeArrays;
  readonly #coordinates: Float64Array;
  readonly #rootMinX: number;
  readonly #rootMinY: number;
  readonly #rootMaxX: number;
  readonly #rootMaxY: number;
  /** Right side and half height of the leaf found last. */
  #leafMaxX = 0;
  #leafCentreY = 0;
  readonly #boxes: BoxSearch;

  constructor(coordinates: Float64Array, arrays: EdgeTreeArrays) {
    const [minX = 0, minY = 0, maxX = 0, maxY = 0] = arrays.root;
    this.arrays = arrays;
    this.#coordinates = coordinates;
    this.#boxes = new BoxSearch(coordinates, arrays);
    this.#rootMinX = minX;
    this.#rootMinY = minY;
    this.#rootMaxX = maxX;
    this.#rootMaxY = maxY;
  }

  /** Whether the boundary holds the point: an odd number of its edges cross the point's row to the right of it. */
  containsPoint(x: number, y: number): boolean {
    // Written so that NaN is outside.
    if (!(x >= this.#rootMinX && x < this.#rootMaxX && y >= this.#rootMinY && y < this.#rootMaxY)) return false;
    const leaf = this.#findLeaf(x, y);
    if (this.arrays.sizes[leaf] === 0) return this.arrays.links[leaf] === LEAF_INSIDE;
    const isOdd = this.#countCrossings(leaf, x, x, this.#leafMaxX, y) % 2 === 1;
    return isOdd !== this.#isRightInside(leaf, y);
  }

  /**
   * Whether the row at `y` lies inside where the cell that begins at `left` begins. Only what lies to the right of it
   * has to be known, so that cells can be told by their right neighbours while the tree is built.
   */
  isInsideBeyond(left: number, y: number): boolean {
    if (!(left < this.#rootMaxX)) return false;
    const leaf = this.#findLeaf(left, y);
    if (this.arrays.sizes[leaf] === 0) return this.arrays.links[leaf] === LEAF_INSIDE;
    const isOdd = this.#countCrossings(leaf, -Infinity, left, this.#leafMaxX, y) % 2 === 1;
    return isOdd !== this.#isRightInside(leaf, y);
  }

  /** See `PreparedBoundary.classifyBox`. */
  classifyBox(minX: number, minY: number, maxX: number, maxY: number): BoxClass {
    if (!(minX <= maxX && minY <= maxY)) return 'mixed';
    const sticksOut =
      minX < this.#rootMinX || minY < this.#rootMinY || maxX >= this.#rootMaxX || maxY >= this.#rootMaxY;
    const met = (sticksOut ? MET_OUTSIDE : 0) | this.#boxes.met(minX, minY, maxX, maxY);
    if (met === MET_OUTSIDE) return 'out';
    if (met === MET_INSIDE) return 'in';
    if (met !== 0) return 'mixed';
    // Only cells with edges, none of which meets the box: all of the box lies where its centre lies.
    return this.containsPoint((minX + maxX) / 2, (minY + maxY) / 2) ? 'in' : 'out';
  }

  /** Edges that meet a closed box, each once, ascending; some that only come near may be among them. */
  edgesMeeting(minX: number, minY: number, maxX: number, maxY: number): number[] {
    const found = this.#boxes.edges(minX, minY, maxX, maxY);
    sortWithoutRepeats(found);
    return found;
  }

  /** Edges that meet the box around a segment, grown by `reach`. */
  edgesNear([x0, y0, x1, y1]: Segment, reach: number): number[] {
    return this.edgesMeeting(
      Math.min(x0, x1) - reach,
      Math.min(y0, y1) - reach,
      Math.max(x0, x1) + reach,
      Math.max(y0, y1) + reach,
    );
  }

  /** Calls back with the edges of each leaf that has any. */
  forEachLeaf(visit: (edges: Uint32Array) => void): void {
    const { links, sizes, entries } = this.arrays;
    for (let node = 0; node < sizes.length; node++) {
      const size = sizes[node] ?? 0;
      const start = links[node] ?? 0;
      if (size > 0 && size < HALVED_ACROSS_Y) visit(entries.subarray(start, start + (size & EDGE_COUNT_MASK)));
    }
  }

  /** Pairs of edges that share a leaf: what comparing them all would cost. */
  pairCount(): number {
    let pairs = 0;
    this.forEachLeaf((edges) => (pairs += (edges.length * (edges.length - 1)) / 2));
    return pairs;
  }

  #findLeaf(x: number, y: number): number {
    const { links, sizes } = this.arrays;
    let node = 0;
    let minX = this.#rootMinX;
    let minY = this.#rootMinY;
    let maxX = this.#rootMaxX;
    let maxY = this.#rootMaxY;
    for (;;) {
      const size = sizes[node];
      const child = links[node] ?? 0;
      if (size === HALVED_ACROSS_X) {
        const middle = (minX + maxX) / 2;
        node = x < middle ? child : child + 1;
        if (x < middle) maxX = middle;
        else minX = middle;
      } else if (size === HALVED_ACROSS_Y) {
        const middle = (minY + maxY) / 2;
        node = y < middle ? child : child + 1;
        if (y < middle) maxY = middle;
        else minY = middle;
      } else {
        this.#leafMaxX = maxX;
        this.#leafCentreY = (minY + maxY) / 2;
        return node;
      }
    }
  }

  /** Crossings of the row at `y` that lie right of `x` and in `left ≤ x < right`, among the edges of a leaf. */
  #countCrossings(leaf: number, x: number, left: number, right: number, y: number): number {
    const { links, sizes, entries } = this.arrays;
    const coordinates = this.#coordinates;
    const start = links[leaf] ?? 0;
    const end = start + ((sizes[leaf] ?? 0) & EDGE_COUNT_MASK);
    let count = 0;
    for (let entry = start; entry < end; entry++) {
      const at = (entries[entry] ?? 0) * 2;
      const y0 = coordinates[at + 1] ?? 0;
      const y1 = coordinates[at + 3] ?? 0;
      if (!spansRow(y0, y1, y)) continue;
      const crossing = crossingX(coordinates[at] ?? 0, y0, coordinates[at + 2] ?? 0, y1, y);
      if (crossing > x && crossing >= left && crossing < right) count++;
    }
    return count;
  }

  /**
   * Whether the right side of the leaf found last lies inside at `y`: as it does at half height, but for the edges that
   * pass through the side in between.
   */
  #isRightInside(leaf: number, y: number): boolean {
    const { links, sizes, entries } = this.arrays;
    const coordinates = this.#coordinates;
    const size = sizes[leaf] ?? 0;
    const start = links[leaf] ?? 0;
    const end = start + (size & EDGE_COUNT_MASK);
    const right = this.#leafMaxX;
    let isInside = size >= RIGHT_INSIDE;
    for (let entry = start; entry < end; entry++) {
      const at = (entries[entry] ?? 0) * 2;
      const x0 = coordinates[at] ?? 0;
      const x1 = coordinates[at + 2] ?? 0;
      if (x0 < right === x1 < right) continue;
      const y0 = coordinates[at + 1] ?? 0;
      const y1 = coordinates[at + 3] ?? 0;
      if (passesAbove(x0, y0, x1, y1, right, y) !== passesAbove(x0, y0, x1, y1, right, this.#leafCentreY)) {
        isInside = !isInside;
      }
    }
    return isInside;
  }
}
