import { GrowingFloat64 } from './growing.float64.ts';

/** Numbers of a box. */
const BOX = 4;

/** The boxes of some edges, to be compared with many others: for a few hundred, quicker than asking a tree each time. */
export class EdgeBoxes {
  readonly #boxes = new GrowingFloat64(64 * BOX);
  #count = 0;

  /** Takes the boxes of edges in place of those before, grown by `reach`. */
  list(coordinates: Float64Array, edges: readonly number[], reach: number): void {
    this.#boxes.length = 0;
    this.#count = edges.length;
    for (const edge of edges) {
      const at = edge * 2;
      const x0 = coordinates[at] ?? 0;
      const y0 = coordinates[at + 1] ?? 0;
      const x1 = coordinates[at + 2] ?? 0;
      const y1 = coordinates[at + 3] ?? 0;
      this.#boxes.push((x0 < x1 ? x0 : x1) - reach);
      this.#boxes.push((y0 < y1 ? y0 : y1) - reach);
      this.#boxes.push((x0 > x1 ? x0 : x1) + reach);
      this.#boxes.push((y0 > y1 ? y0 : y1) + reach);
    }
  }

  /** The first place from `place` on of an edge whose box meets that of a segment, −1 when there is none. */
  next(place: number, x0: number, y0: number, x1: number, y1: number): number {
    const minX = x0 < x1 ? x0 : x1;
    const minY = y0 < y1 ? y0 : y1;
    const maxX = x0 > x1 ? x0 : x1;
    const maxY = y0 > y1 ? y0 : y1;
    const boxes = this.#boxes.values;
    const end = this.#count * BOX;
    for (let box = place * BOX; box < end; box += BOX) {
      if ((boxes[box] ?? 0) > maxX || (boxes[box + 2] ?? 0) < minX) continue;
      if ((boxes[box + 1] ?? 0) > maxY || (boxes[box + 3] ?? 0) < minY) continue;
      return box / BOX;
    }
    return -1;
  }
}
