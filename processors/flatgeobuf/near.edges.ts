import { EdgeBoxes } from '../boundary/edge.boxes.ts';
import type { PreparedBoundary } from '../boundary/prepared.ts';
import { roundingReach } from '../boundary/segments.ts';

/** Segments of a line for which the boundary's tree is asked together. */
export const SEGMENTS_PER_SEARCH = 32;
/** Edges beyond which the tree is asked for each segment. */
const EDGES_COMPARED_MAX = 512;

/** The edges of a boundary near segments that follow one another. */
export class NearEdges {
  readonly boundary: PreparedBoundary;
  readonly #boxes = new EdgeBoxes();
  readonly #found: number[] = [];
  #edges: readonly number[] = [];

  constructor(boundary: PreparedBoundary) {
    this.boundary = boundary;
  }

  /** Looks for the edges near the segments between two vertices of a line. */
  search(xy: Float64Array, first: number, last: number): void {
    let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let at = first * 2; at <= last * 2; at += 2) {
      const x = xy[at] ?? 0;
      const y = xy[at + 1] ?? 0;
      if (x < minX) minX = x;
      if (x > maxX) maxX = x;
      if (y < minY) minY = y;
      if (y > maxY) maxY = y;
    }
    const reach = roundingReach(minX, minY, maxX, maxY);
    this.#edges = this.boundary.edgesMeeting(minX - reach, minY - reach, maxX + reach, maxY + reach);
    if (this.#edges.length <= EDGES_COMPARED_MAX) {
      this.#boxes.list(this.boundary.geometry.coordinates, this.#edges, reach);
    }
  }

  /** Edges whose box meets that of one of the segments, given by its ends, ascending. Good until the next call. */
  of(x0: number, y0: number, x1: number, y1: number): readonly number[] {
    if (this.#edges.length > EDGES_COMPARED_MAX) {
      return this.boundary.tree.edgesNear([x0, y0, x1, y1], roundingReach(x0, y0, x1, y1));
    }
    this.#found.length = 0;
    if (this.#edges.length === 0) return this.#found;
    let place = this.#boxes.next(0, x0, y0, x1, y1);
    for (; place >= 0; place = this.#boxes.next(place + 1, x0, y0, x1, y1)) {
      this.#found.push(this.#edges[place] ?? 0);
    }
    return this.#found;
  }
}
