import { crossingX, spansRow } from './edge.ts';
import type { FlatGeometry } from './geometry.ts';
import { buildEdgeTree } from './tree.build.ts';
import type { EdgeTree } from './tree.ts';

/** Vertices looked at for points of one geometry beyond which an index of its edges is built. */
const VERTICES_SEARCHED_MAX = 1_000_000;

/**
 * Whether polygons hold points, by the even-odd rule and half-open as `PreparedBoundary.containsPoint`: by their envelope
 * and their edges, and by an index only when there is much to look at.
 */
export class PointSearch {
  readonly #geometry: FlatGeometry;
  #tree: EdgeTree | null = null;
  #searched = 0;

  constructor(geometry: FlatGeometry) {
    this.#geometry = geometry;
  }

  containsPoint(x: number, y: number): boolean {
    const { coordinates, ringStarts, envelope } = this.#geometry;
    if (!(x >= envelope[0] && x <= envelope[2] && y >= envelope[1] && y <= envelope[3])) return false;
    if (this.#tree !== null) return this.#tree.containsPoint(x, y);
    this.#searched += coordinates.length / 2;
    if (this.#searched > VERTICES_SEARCHED_MAX && this.#searched > coordinates.length) {
      this.#tree = buildEdgeTree(this.#geometry);
      return this.#tree.containsPoint(x, y);
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
}
