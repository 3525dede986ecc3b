import { EdgeBoxes } from './edge.boxes.ts';
import type { FlatGeometry } from './geometry.ts';
import { GrowingFloat64 } from './growing.float64.ts';
import { GrowingUint32 } from './growing.uint32.ts';
import type { NodeTable } from './overlay.nodes.ts';
import { edgeAt } from './rings.ts';
import { type Meeting, meetSegments, positionAlong } from './segments.ts';
import type { EdgeTree } from './tree.ts';

/** Pairs of edges up to which comparing all boxes is quicker than asking the tree for each edge. */
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
  readonly #boxes = new EdgeBoxes();
  #edge = 0;
  #other = 0;

  /** @param nodes gets the points that count as one. */
  constructor(nodes: NodeTable) {
    this.#nodes = nodes;
  }

  /** @param near edges of the boundary that meet the subject's envelope, ascending. */
  find(subject: FlatGeometry, boundary: Float64Array, tree: EdgeTree, near: readonly number[], reach: number): void {
    this.ofSubject.clear();
    this.ofBoundary.clear();
    const { coordinates, ringStarts } = subject;
    const isSmall = (coordinates.length / 2) * near.length <= PAIRS_COMPARED_MAX;
    if (isSmall) this.#boxes.list(boundary, near, reach);
    for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
      const end = (ringStarts[ring + 1] ?? 0) - 1;
      for (let edge = ringStarts[ring] ?? 0; edge < end; edge++) {
        this.#edge = edge;
        if (isSmall) this.#compare(coordinates, boundary, near, reach);
        else this.#ask(coordinates, boundary, tree, reach);
      }
    }
    this.ofSubject.sort(coordinates);
    this.ofBoundary.sort(boundary);
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

  /** Compares the edge with the boxes of all edges near. */
  #compare(subject: Float64Array, boundary: Float64Array, near: readonly number[], reach: number): void {
    const at = this.#edge * 2;
    const x0 = subject[at] ?? 0;
    const y0 = subject[at + 1] ?? 0;
    const x1 = subject[at + 2] ?? 0;
    const y1 = subject[at + 3] ?? 0;
    let place = this.#boxes.next(0, x0, y0, x1, y1);
    while (place >= 0) {
      this.#other = near[place] ?? 0;
      meetSegments([x0, y0, x1, y1], edgeAt(boundary, this.#other), reach, this);
      place = this.#boxes.next(place + 1, x0, y0, x1, y1);
    }
  }

  /** Compares the edge with those that the tree finds. */
  #ask(subject: Float64Array, boundary: Float64Array, tree: EdgeTree, reach: number): void {
    const segment = edgeAt(subject, this.#edge);
    for (const other of tree.edgesNear(segment, reach)) {
      this.#other = other;
      meetSegments(segment, edgeAt(boundary, other), reach, this);
    }
  }
}
