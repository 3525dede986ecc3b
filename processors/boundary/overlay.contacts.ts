import { EdgeBoxes } from './edge.boxes.ts';
import type { FlatGeometry } from './geometry.ts';
import { GrowingFloat64 } from './growing.float64.ts';
import { GrowingUint32 } from './growing.uint32.ts';
import { NearEdges } from './near.edges.ts';
import type { NodeTable } from './overlay.nodes.ts';
import { edgeAt, readEdge } from './rings.ts';
import { type Meeting, meetSegments, positionAlong, type SegmentBuffer } from './segments.ts';
import type { EdgeTree } from './tree.ts';

/** Pairs of edges up to which comparing all boxes is quicker than asking the tree. */
const PAIRS_COMPARED_MAX = 20_000;

/** Points at which the edges of one geometry are to be split. */
export class EdgeSplits {
  readonly #edges = new GrowingUint32(32);
  readonly #xs = new GrowingFloat64(32);
  readonly #ys = new GrowingFloat64(32);
  /** Splits by edge, and along each edge from its start. */
  #order: number[] = [];
  #next = 0;

  clear(): void {
    for (const list of [this.#edges, this.#xs, this.#ys]) list.length = 0;
  }

  add(edge: number, x: number, y: number): void {
    this.#edges.push(edge);
    this.#xs.push(x);
    this.#ys.push(y);
  }

  /** Has to be called before {@link take}. */
  sort(coordinates: Float64Array): void {
    const edges = this.#edges.values;
    this.#next = 0;
    this.#order = [];
    for (let split = 0; split < this.#edges.length; split++) this.#order.push(split);
    if (this.#order.length < 2) return;
    const positions = this.#order.map((split) =>
      positionAlong(edgeAt(coordinates, edges[split] ?? 0), this.#xs.values[split] ?? 0, this.#ys.values[split] ?? 0),
    );
    this.#order.sort((a, b) => (edges[a] ?? 0) - (edges[b] ?? 0) || (positions[a] ?? 0) - (positions[b] ?? 0));
  }

  /** The node of the next split of an edge, −1 when there is no other. Edges have to come in ascending order. */
  take(edge: number, nodes: NodeTable): number {
    const split = this.#order[this.#next];
    if (split === undefined || this.#edges.values[split] !== edge) return -1;
    this.#next++;
    return nodes.id(this.#xs.values[split] ?? 0, this.#ys.values[split] ?? 0);
  }
}

/** Finds where the edges of a subject and of a boundary meet. */
export class Contacts implements Meeting {
  readonly ofSubject = new EdgeSplits();
  readonly ofBoundary = new EdgeSplits();
  readonly #nodes: NodeTable;
  /** First and last vertex of the subject's stretches that come near an edge of the boundary, ascending. */
  readonly nearStretches = new GrowingUint32(32);
  readonly #boundary: Float64Array;
  readonly #near: NearEdges;
  readonly #boxes = new EdgeBoxes();
  /** The edges being compared, and where they lie. */
  #edge = 0;
  #other = 0;
  readonly #segment: SegmentBuffer = [0, 0, 0, 0];
  readonly #otherSegment: SegmentBuffer = [0, 0, 0, 0];

  /** @param nodes gets the points that count as one. */
  constructor(nodes: NodeTable, boundary: { readonly geometry: FlatGeometry; readonly tree: EdgeTree }) {
    this.#nodes = nodes;
    this.#boundary = boundary.geometry.coordinates;
    this.#near = new NearEdges(this.#boundary, boundary.tree);
  }

  /** @param near edges of the boundary that meet the subject's envelope, ascending. */
  find(subject: FlatGeometry, near: readonly number[], reach: number): void {
    this.ofSubject.clear();
    this.ofBoundary.clear();
    this.nearStretches.length = 0;
    const { coordinates, ringStarts } = subject;
    const isSmall = (coordinates.length / 2) * near.length <= PAIRS_COMPARED_MAX;
    if (isSmall) this.#boxes.list(this.#boundary, near, reach);
    for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
      const first = ringStarts[ring] ?? 0;
      const last = (ringStarts[ring + 1] ?? 0) - 1;
      if (isSmall) this.#compareAll(coordinates, first, last, near, reach);
      else this.#search(coordinates, first, last, reach);
    }
    this.ofSubject.sort(coordinates);
    this.ofBoundary.sort(this.#boundary);
  }

  splitA(x: number, y: number): void {
    this.ofSubject.add(this.#edge, x, y);
  }

  splitB(x: number, y: number): void {
    this.ofBoundary.add(this.#other, x, y);
  }

  identify(ax: number, ay: number, bx: number, by: number): void {
    this.#nodes.identify(ax, ay, bx, by);
  }

  /** Compares the edges of a ring with the boxes of all edges near. */
  #compareAll(subject: Float64Array, first: number, last: number, near: readonly number[], reach: number): void {
    this.#addNear(first, last);
    for (let edge = first; edge < last; edge++) {
      this.#edge = edge;
      readEdge(subject, edge, this.#segment);
      let place = this.#boxes.next(0, this.#segment);
      while (place >= 0) {
        this.#meet(near[place] ?? 0, reach);
        place = this.#boxes.next(place + 1, this.#segment);
      }
    }
  }

  /** Compares the edges of a ring with those that the tree finds. */
  #search(subject: Float64Array, first: number, last: number, reach: number): void {
    for (let start = first; start < last;) {
      const end = this.#near.searchOn(subject, start, last, reach);
      if (!this.#near.isEmpty) {
        this.#addNear(start, end);
        for (let edge = start; edge < end; edge++) this.#meetFound(subject, edge, reach);
      }
      start = end;
    }
  }

  #addNear(first: number, last: number): void {
    this.nearStretches.push(first);
    this.nearStretches.push(last);
  }

  #meetFound(subject: Float64Array, edge: number, reach: number): void {
    const { found } = this.#near;
    this.#edge = edge;
    readEdge(subject, edge, this.#segment);
    this.#near.find(this.#segment);
    for (let place = 0; place < found.length; place++) this.#meet(found.values[place] ?? 0, reach);
  }

  #meet(other: number, reach: number): void {
    this.#other = other;
    readEdge(this.#boundary, other, this.#otherSegment);
    meetSegments(this.#segment, this.#otherSegment, reach, this);
  }
}
