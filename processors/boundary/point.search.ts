import { crossingX, spansRow } from './edge.ts';
import type { FlatGeometry } from './geometry.ts';
import { RingBoxes } from './ring.boxes.ts';
import { buildEdgeTree } from './tree.build.ts';
import type { EdgeTree } from './tree.ts';

/** Vertices looked at for points of one geometry beyond which an index of its edges is built. */
const VERTICES_SEARCHED_MAX = 1_000_000;
/** Nodes of that index looked at for each vertex beyond which a dearer one is built: its edges crowd together. */
const VISITS_PER_VERTEX_MAX = 8;

/**
 * Whether polygons hold points, by the even-odd rule and half-open as `PreparedBoundary.containsPoint`: by their envelope
 * and their edges, and by an index only when there is much to look at.
 */
export class PointSearch {
  readonly #geometry: FlatGeometry;
  #boxes: RingBoxes | null;
  #tree: EdgeTree | null = null;
  #searched = 0;

  /** @param boxes of the geometry, where there are any. */
  constructor(geometry: FlatGeometry, boxes: RingBoxes | null = null) {
    this.#geometry = geometry;
    this.#boxes = boxes;
  }

  containsPoint(x: number, y: number): boolean {
    const { coordinates, ringStarts, envelope } = this.#geometry;
    if (!(x >= envelope[0] && x <= envelope[2] && y >= envelope[1] && y <= envelope[3])) return false;
    if (this.#tree !== null) return this.#tree.containsPoint(x, y);
    if (this.#boxes !== null) return this.#askBoxes(this.#boxes, x, y);
    this.#searched += coordinates.length / 2;
    if (this.#searched > VERTICES_SEARCHED_MAX && this.#searched > coordinates.length) {
      this.#boxes = new RingBoxes(this.#geometry);
      return this.#boxes.containsPoint(x, y);
    }
    let isOdd = false;
    for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
      const end = ((ringStarts[ring + 1] ?? 0) - 1) * 2;
      for (let at = (ringStarts[ring] ?? 0) * 2; at < end; at += 2) {
        const y0 = coordinates[at + 1] ?? 0;
        const y1 = coordinates[at + 3] ?? 0;
        if (!spansRow(y0, y1, y)) continue;
        if (crossingX(coordinates[at] ?? 0, y0, coordinates[at + 2] ?? 0, y1, y) > x) isOdd = !isOdd;
      }
    }
    return isOdd;
  }

  #askBoxes(boxes: RingBoxes, x: number, y: number): boolean {
    const { coordinates } = this.#geometry;
    if (boxes.visited > VISITS_PER_VERTEX_MAX * coordinates.length) this.#tree = buildEdgeTree(this.#geometry);
    return (this.#tree ?? boxes).containsPoint(x, y);
  }
}
