import { releaseMemory } from '../memory.release.ts';
import type { FlatGeometry } from './geometry.ts';
import { GrowingUint32 } from './growing.uint32.ts';
import type { Contacts, EdgeSplits } from './overlay.contacts.ts';
import type { NodeTable } from './overlay.nodes.ts';
import { NodeSequence } from './overlay.sequence.ts';
import { ringOf } from './rings.ts';

const OF_SUBJECT = 1;
const OF_BOUNDARY = 2;
const REPEATED = 4;
/** Nodes for which there is room at first: a feature of some hundred vertices. */
const MARKS_MIN = 1024;
const COMMON = OF_SUBJECT | OF_BOUNDARY;

/**
 * The rings of a subject and the stretches of a boundary near it as sequences of nodes, parted into chains where they
 * meet or where a ring comes to a node again. Whatever lies between two such nodes lies on one side of the other
 * geometry, so that one look decides about it.
 */
export class Chains {
  /** Nodes of all sequences, those of the subject first. */
  readonly sequence = new NodeSequence();
  /** First and last place in the sequence of each chain, ascending. */
  readonly firsts = new GrowingUint32(32);
  readonly lasts = new GrowingUint32(32);
  /** 1 where the inside lies on the right, so that the chain is to be followed from its last place to its first. */
  readonly reversed = new GrowingUint32(32);
  /** How many chains are of the subject; they come first. */
  subjectCount = 0;
  readonly #nodes: NodeTable;
  /** Which geometries have each node, and whether one has it twice. */
  #marks = new Uint8Array(MARKS_MIN);
  /** Which of the stretches near the boundary comes next. */
  #nearPlace = 0;

  constructor(nodes: NodeTable) {
    this.#nodes = nodes;
  }

  get count(): number {
    return this.firsts.length;
  }

  /**
   * @param reversedRings of the subject.
   * @param near edges of the boundary, ascending.
   * @param isMet 1 for each vertex of the subject that is in the place of another one, where that is known and its edges
   * meet nowhere else.
   */
  build(
    subject: FlatGeometry,
    reversedRings: Uint8Array,
    boundary: { readonly geometry: FlatGeometry; readonly reversedRings: Uint8Array },
    near: ArrayLike<number>,
    contacts: Contacts,
    isMet: Uint8Array | null,
  ): void {
    this.sequence.clear();
    for (const list of [this.firsts, this.lasts, this.reversed]) list.length = 0;
    this.#nearPlace = 0;
    const runs: [start: number, reversed: number][] = [];
    const { coordinates, ringStarts } = subject;
    for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
      runs.push([this.sequence.length, reversedRings[ring] ?? 0]);
      const [first, end] = [ringStarts[ring] ?? 0, (ringStarts[ring + 1] ?? 0) - 1];
      if (isMet !== null) this.#followApart(coordinates, first, end, contacts, isMet);
      else this.#follow(coordinates, first, end, contacts.ofSubject);
    }
    const subjectRuns = runs.length;
    for (let place = 0; place < near.length;) {
      const first = near[place] ?? 0;
      let end = first;
      while (near[place] === end) [place, end] = [place + 1, end + 1];
      const ring = ringOf(boundary.geometry.ringStarts, first);
      runs.push([this.sequence.length, boundary.reversedRings[ring] ?? 0]);
      this.#follow(boundary.geometry.coordinates, first, end, contacts.ofBoundary);
    }
    this.#mark(runs, subjectRuns);
    this.#part(runs, subjectRuns);
  }

  /** Gives the memory of large geometries back at once. Nothing is left of the chains. */
  release(): void {
    for (const list of [this.sequence, this.firsts, this.lasts, this.reversed]) list.release();
    releaseMemory(this.#marks);
    this.#marks = new Uint8Array(MARKS_MIN);
  }

  /** Whether both geometries have the node. */
  isCommon(node: number): boolean {
    return (this.#markOf(node) & COMMON) === COMMON;
  }

  /** Whether the chain is one piece of an edge between two nodes that both geometries have. */
  mayBeCommon(chain: number): boolean {
    const first = this.firsts.values[chain] ?? 0;
    if ((this.lasts.values[chain] ?? 0) !== first + 1) return false;
    return this.isCommon(this.sequence.at(first)) && this.isCommon(this.sequence.at(first + 1));
  }

  /** The node where the chain begins, followed with the inside on the left. */
  from(chain: number): number {
    const ends = this.reversed.values[chain] === 1 ? this.lasts : this.firsts;
    return this.sequence.at(ends.values[chain] ?? 0);
  }

  to(chain: number): number {
    const ends = this.reversed.values[chain] === 1 ? this.firsts : this.lasts;
    return this.sequence.at(ends.values[chain] ?? 0);
  }

  /** The node after the first one. */
  second(chain: number): number {
    const isReversed = this.reversed.values[chain] === 1;
    const place = isReversed ? (this.lasts.values[chain] ?? 0) - 1 : (this.firsts.values[chain] ?? 0) + 1;
    return this.sequence.at(place);
  }

  /** The node before the last one. */
  lastButOne(chain: number): number {
    const isReversed = this.reversed.values[chain] === 1;
    const place = isReversed ? (this.firsts.values[chain] ?? 0) + 1 : (this.lasts.values[chain] ?? 0) - 1;
    return this.sequence.at(place);
  }

  /** Adds the nodes of edges that follow one another, each differing from the one before. */
  #follow(coordinates: Float64Array, first: number, end: number, splits: EdgeSplits): void {
    const { sequence } = this;
    let last = this.#nodes.id(coordinates[first * 2] ?? 0, coordinates[first * 2 + 1] ?? 0);
    sequence.push(last);
    for (let edge = first; edge < end; edge++) {
      for (let split = splits.take(edge, this.#nodes); split >= 0; split = splits.take(edge, this.#nodes)) {
        if (split !== last) sequence.push((last = split));
      }
      const node = this.#nodes.id(coordinates[edge * 2 + 2] ?? 0, coordinates[edge * 2 + 3] ?? 0);
      if (node !== last) sequence.push((last = node));
    }
  }

  /** As {@link #follow}, for a ring to which no other comes near: only what comes near the boundary is looked up. */
  #followApart(
    xy: Float64Array,
    first: number,
    end: number,
    { ofSubject, nearStretches }: Contacts,
    isMet: Uint8Array,
  ): void {
    const nodes = this.#nodes;
    const { sequence } = this;
    const [firstX = 0, firstY = 0] = [xy[first * 2], xy[first * 2 + 1]];
    let firstNode = -1;
    let last = -1;
    for (let vertex = first; vertex <= end; vertex++) {
      const x = xy[vertex * 2] ?? 0;
      const y = xy[vertex * 2 + 1] ?? 0;
      let node = last;
      // Repeated vertices follow one another, also where the ring closes; one may lie near and its repeat count as far.
      if (vertex > first && x === firstX && y === firstY) node = firstNode;
      else if (last < 0 || nodes.x(last) !== x || nodes.y(last) !== y) {
        const isFar = isMet[vertex] !== 1 && !this.#isNear(vertex, nearStretches);
        node = isFar ? nodes.apart(vertex) : nodes.id(x, y);
      }
      if (vertex === first) firstNode = node;
      if (node !== last) sequence.push((last = node));
      if (vertex === end) return;
      for (let split = ofSubject.take(vertex, nodes); split >= 0; split = ofSubject.take(vertex, nodes)) {
        if (split !== last) sequence.push((last = split));
      }
    }
  }

  /** Whether a vertex comes near the boundary. Vertices have to come in ascending order. */
  #isNear(vertex: number, { values, length }: GrowingUint32): boolean {
    while (this.#nearPlace < length && (values[this.#nearPlace + 1] ?? 0) < vertex) this.#nearPlace += 2;
    return this.#nearPlace < length && (values[this.#nearPlace] ?? 0) <= vertex;
  }

  #mark(runs: readonly (readonly [start: number, reversed: number])[], subjectRuns: number): void {
    const count = this.#nodes.count;
    if (this.#marks.length < count) {
      this.#marks = new Uint8Array(2 * count);
    } else {
      this.#marks.fill(0, 0, count);
    }
    const { sequence } = this;
    runs.forEach(([start], run) => {
      const end = runs[run + 1]?.[0] ?? this.sequence.length;
      const mark = run < subjectRuns ? OF_SUBJECT : OF_BOUNDARY;
      // Where a ring closes it has come back to its start, which is no touching.
      const isClosed = sequence.at(start) === sequence.at(end - 1);
      for (let place = start; place < (isClosed ? end - 1 : end); place++) {
        const node = sequence.at(place);
        // A node apart is in one place of one ring.
        if (node >= count) continue;
        const found = this.#marks[node] ?? 0;
        this.#marks[node] = found | mark | ((found & mark) === 0 ? 0 : REPEATED);
      }
    });
  }

  #markOf(node: number): number {
    return node < this.#nodes.count ? (this.#marks[node] ?? 0) : 0;
  }

  #part(runs: readonly (readonly [start: number, reversed: number])[], subjectRuns: number): void {
    const { sequence } = this;
    this.subjectCount = 0;
    runs.forEach(([start, reversed], run) => {
      if (run === subjectRuns) this.subjectCount = this.count;
      const end = runs[run + 1]?.[0] ?? this.sequence.length;
      let first = start;
      for (let place = start + 1; place < end; place++) {
        const mark = this.#markOf(sequence.at(place));
        if (place < end - 1 && (mark & COMMON) !== COMMON && (mark & REPEATED) === 0) continue;
        this.firsts.push(first);
        this.lasts.push(place);
        this.reversed.push(reversed);
        first = place;
      }
    });
    if (runs.length === subjectRuns) this.subjectCount = this.count;
  }
}
