import { segmentMeetsBox } from './edge.ts';
import { EDGE_COUNT_MASK, type EdgeTreeArrays, HALVED_ACROSS_X, HALVED_ACROSS_Y, LEAF_INSIDE } from './tree.arrays.ts';

/** Node and box of a cell. */
const CELL_VALUES = 5;
/** Cells of a branch as deep as they come. */
const WAITING_VALUES = CELL_VALUES * 64;
/** Kinds of what a box meets, added up. */
export const MET_OUTSIDE = 1;
export const MET_INSIDE = 2;
const MET_LINE = 4;

/** Finds out what boxes meet in a tree of edges. */
export class BoxSearch {
  readonly #arrays: EdgeTreeArrays;
  readonly #coordinates: Float64Array;
  /** Cells that a search has still to look at: node and box of each. */
  #waiting = new Float64Array(WAITING_VALUES);

  constructor(coordinates: Float64Array, arrays: EdgeTreeArrays) {
    this.#coordinates = coordinates;
    this.#arrays = arrays;
  }

  /**
   * Which kinds of cells a box meets. Planners ask this more often than anything else, so that the cells still to be
   * looked at lie in one list that is kept, and nothing is made.
   */
  met(minX: number, minY: number, maxX: number, maxY: number): number {
    const { links, sizes, root } = this.#arrays;
    let waiting = this.#waiting;
    let cellMinX = root[0] ?? 0;
    let cellMinY = root[1] ?? 0;
    let cellMaxX = root[2] ?? 0;
    let cellMaxY = root[3] ?? 0;
    if (maxX < cellMinX || minX >= cellMaxX || maxY < cellMinY || minY >= cellMaxY) return 0;
    let node = 0;
    let met = 0;
    for (let top = 0; ;) {
      const size = sizes[node] ?? 0;
      const link = links[node] ?? 0;
      const isAcrossX = size === HALVED_ACROSS_X;
      if (isAcrossX || size === HALVED_ACROSS_Y) {
        const middle = isAcrossX ? (cellMinX + cellMaxX) / 2 : (cellMinY + cellMaxY) / 2;
        const meetsLower = isAcrossX ? minX < middle : minY < middle;
        const meetsUpper = isAcrossX ? maxX >= middle : maxY >= middle;
        if (meetsLower && meetsUpper) {
          if (top === waiting.length) waiting = this.#moreWaiting();
          waiting[top++] = link + 1;
          waiting[top++] = isAcrossX ? middle : cellMinX;
          waiting[top++] = isAcrossX ? cellMinY : middle;
          waiting[top++] = cellMaxX;
          waiting[top++] = cellMaxY;
        }
        node = meetsLower ? link : link + 1;
        if (isAcrossX) {
          if (meetsLower) cellMaxX = middle;
          else cellMinX = middle;
        } else if (meetsLower) cellMaxY = middle;
        else cellMinY = middle;
        continue;
      }
      if (size !== 0) met |= this.#leafMeets(link, size, minX, minY, maxX, maxY) ? MET_LINE : 0;
      else met |= link === LEAF_INSIDE ? MET_INSIDE : MET_OUTSIDE;
      if (top === 0 || isDecided(met)) return met;
      cellMaxY = waiting[--top] ?? 0;
      cellMaxX = waiting[--top] ?? 0;
      cellMinY = waiting[--top] ?? 0;
      cellMinX = waiting[--top] ?? 0;
      node = waiting[--top] ?? 0;
    }
  }

  /** Edges that meet a closed box, in no order; some that only come near may be among them, and some twice. */
  edges(minX: number, minY: number, maxX: number, maxY: number): number[] {
    const { links, sizes, root } = this.#arrays;
    const found: number[] = [];
    let waiting = this.#waiting;
    waiting[0] = 0;
    waiting.set(root, 1);
    for (let top = CELL_VALUES; top > 0;) {
      const cellMaxY = waiting[--top] ?? 0;
      const cellMaxX = waiting[--top] ?? 0;
      const cellMinY = waiting[--top] ?? 0;
      const cellMinX = waiting[--top] ?? 0;
      const node = waiting[--top] ?? 0;
      if (maxX < cellMinX || minX > cellMaxX || maxY < cellMinY || minY > cellMaxY) continue;
      const size = sizes[node] ?? 0;
      const link = links[node] ?? 0;
      const isAcrossX = size === HALVED_ACROSS_X;
      if (!isAcrossX && size !== HALVED_ACROSS_Y) {
        this.#collect(link, size, minX, minY, maxX, maxY, found);
        continue;
      }
      if (top + 2 * CELL_VALUES > waiting.length) waiting = this.#moreWaiting();
      const middle = isAcrossX ? (cellMinX + cellMaxX) / 2 : (cellMinY + cellMaxY) / 2;
      waiting[top++] = link + 1;
      waiting[top++] = isAcrossX ? middle : cellMinX;
      waiting[top++] = isAcrossX ? cellMinY : middle;
      waiting[top++] = cellMaxX;
      waiting[top++] = cellMaxY;
      waiting[top++] = link;
      waiting[top++] = cellMinX;
      waiting[top++] = cellMinY;
      waiting[top++] = isAcrossX ? middle : cellMaxX;
      waiting[top++] = isAcrossX ? cellMaxY : middle;
    }
    return found;
  }

  /** Adds the edges of a leaf that meet a box. */
  #collect(first: number, size: number, minX: number, minY: number, maxX: number, maxY: number, found: number[]): void {
    const { entries } = this.#arrays;
    const xy = this.#coordinates;
    const end = first + (size & EDGE_COUNT_MASK);
    for (let entry = first; entry < end; entry++) {
      const edge = entries[entry] ?? 0;
      const at = edge * 2;
      const x0 = xy[at] ?? 0;
      const y0 = xy[at + 1] ?? 0;
      const x1 = xy[at + 2] ?? 0;
      const y1 = xy[at + 3] ?? 0;
      if (segmentMeetsBox(x0, y0, x1, y1, minX, minY, maxX, maxY)) found.push(edge);
    }
  }

  #moreWaiting(): Float64Array<ArrayBuffer> {
    const more = new Float64Array(this.#waiting.length * 2);
    more.set(this.#waiting);
    this.#waiting = more;
    return more;
  }

  /** Whether an edge of a leaf meets a box. */
  #leafMeets(first: number, size: number, minX: number, minY: number, maxX: number, maxY: number): boolean {
    const { entries } = this.#arrays;
    const xy = this.#coordinates;
    const end = first + (size & EDGE_COUNT_MASK);
    for (let entry = first; entry < end; entry++) {
      const at = (entries[entry] ?? 0) * 2;
      const x0 = xy[at] ?? 0;
      const y0 = xy[at + 1] ?? 0;
      const x1 = xy[at + 2] ?? 0;
      const y1 = xy[at + 3] ?? 0;
      if (segmentMeetsBox(x0, y0, x1, y1, minX, minY, maxX, maxY)) return true;
    }
    return false;
  }
}

/** Whether what a box met makes it mixed, whatever else it meets. */
function isDecided(met: number): boolean {
  return met >= (MET_OUTSIDE | MET_INSIDE);
}
