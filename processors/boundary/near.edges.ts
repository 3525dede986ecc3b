import { EdgeBoxes } from './edge.boxes.ts';
import { GrowingUint32 } from './growing.uint32.ts';
import type { Segment } from './segments.ts';
import type { EdgeTree } from './tree.ts';

/** Segments of a line for which a tree is asked together. */
export const SEGMENTS_PER_SEARCH = 32;
/** Far from all edges they become more and more, up to this number. */
const SEGMENTS_PER_SEARCH_MAX = 8192;
/** Edges beyond which the tree is asked for each segment. */
const EDGES_COMPARED_MAX = 512;

/** The edges of a tree near segments that follow one another, as those of a line or ring do. */
export class NearEdges {
  /** The edges near the segment that was asked for last, ascending. */
  readonly found = new GrowingUint32(64);
  readonly #coordinates: Float64Array;
  readonly #tree: EdgeTree;
  readonly #boxes = new EdgeBoxes();
  #edges: readonly number[] = [];
  #segmentsPerSearch = SEGMENTS_PER_SEARCH;
  #minX = 0;
  #minY = 0;
  #maxX = 0;
  #maxY = 0;
  #reach = 0;

  constructor(coordinates: Float64Array, tree: EdgeTree) {
    this.#coordinates = coordinates;
    this.#tree = tree;
  }

  /** Whether no edge is near any of the segments searched for. */
  get isEmpty(): boolean {
    return this.#edges.length === 0;
  }

  /**
   * Looks for the edges near the next segments of a line from a vertex on: of few near an edge, of many far from all.
   * @param end the line's last vertex.
   * @param reach how far an edge may lie from a segment and still be found.
   * @returns the vertex where those segments end.
   */
  searchOn(xy: Float64Array, first: number, end: number, reach: number): number {
    if (this.#segmentsPerSearch > SEGMENTS_PER_SEARCH) {
      const last = Math.min(first + this.#segmentsPerSearch, end);
      this.#surround(xy, first, last, reach);
      if (this.#tree.classifyBox(this.#minX, this.#minY, this.#maxX, this.#maxY) !== 'mixed') {
        this.#segmentsPerSearch = Math.min(this.#segmentsPerSearch * 2, SEGMENTS_PER_SEARCH_MAX);
        this.#edges = [];
        return last;
      }
      this.#segmentsPerSearch = SEGMENTS_PER_SEARCH;
    }
    const last = Math.min(first + SEGMENTS_PER_SEARCH, end);
    this.search(xy, first, last, reach);
    if (this.isEmpty) this.#segmentsPerSearch *= 2;
    return last;
  }

  /** Looks for the edges near the segments between two vertices of a line. */
  search(xy: Float64Array, first: number, last: number, reach: number): void {
    this.#surround(xy, first, last, reach);
    this.#edges = this.#tree.edgesMeeting(this.#minX, this.#minY, this.#maxX, this.#maxY);
    if (this.#edges.length > 0 && this.#edges.length <= EDGES_COMPARED_MAX) {
      this.#boxes.list(this.#coordinates, this.#edges, reach);
    }
  }

  /** Finds the edges whose box meets that of one of the segments, and gives their number. */
  find(segment: Segment): number {
    const { found } = this;
    found.length = 0;
    if (this.#edges.length > EDGES_COMPARED_MAX) {
      for (const edge of this.#tree.edgesNear(segment, this.#reach)) found.push(edge);
    } else if (this.#edges.length > 0) {
      let place = this.#boxes.next(0, segment);
      for (; place >= 0; place = this.#boxes.next(place + 1, segment)) found.push(this.#edges[place] ?? 0);
    }
    return found.length;
  }

  /** Sets the box around the segments between two vertices. */
  #surround(xy: Float64Array, first: number, last: number, reach: number): void {
    let minX = Infinity;
    let minY = Infinity;
    let maxX = -Infinity;
    let maxY = -Infinity;
    for (let at = first * 2; at <= last * 2; at += 2) {
      const x = xy[at] ?? 0;
      const y = xy[at + 1] ?? 0;
      if (x < minX) minX = x;
      if (x > maxX) maxX = x;
      if (y < minY) minY = y;
      if (y > maxY) maxY = y;
    }
    this.#reach = reach;
    this.#minX = minX - reach;
    this.#minY = minY - reach;
    this.#maxX = maxX + reach;
    this.#maxY = maxY + reach;
  }
}
