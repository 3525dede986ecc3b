import { GrowingFloat64 } from './growing.float64.ts';
import type { Segment } from './segments.ts';

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
  next(place: number, segment: Segment): number {
    const minX = Math.min(segment[0], segment[2]);
    const minY = Math.min(segment[1], segment[3]);
    const maxX = Math.max(segment[0], segment[2]);
    const maxY = Math.max(segment[1], segment[3]);
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
