import { GrowingFloat64 } from '../boundary/growing.float64.ts';
import { GrowingUint32 } from '../boundary/growing.uint32.ts';

/** Some vertices and, for each, a share of the way to it. */
export type Towards = readonly (readonly [vertex: number, share: number])[];

/**
 * Where the vertices of a result lie among those of its source: at one of them, or some shares of the ways from that
 * one to others. Held as numbers, since most of millions of places are vertices.
 */
export class Places {
  readonly #vertices: GrowingUint32;
  /** For places between vertices, ascending: which place it is, another vertex, and the share of the way to that. */
  readonly #between = new GrowingUint32(16);
  readonly #others = new GrowingUint32(16);
  readonly #shares = new GrowingFloat64(16);

  /** @param capacity how many places there will be, as far as that is known. */
  constructor(capacity: number) {
    this.#vertices = new GrowingUint32(capacity);
  }

  addVertex(vertex: number): void {
    this.#vertices.push(vertex);
  }

  /** Adds vertices that follow one another. */
  addRun(first: number, end: number): void {
    for (let vertex = first; vertex < end; vertex++) this.#vertices.push(vertex);
  }

  addBetween(vertex: number, towards: Towards): void {
    for (const [other, share] of towards) {
      this.#between.push(this.#vertices.length);
      this.#others.push(other);
      this.#shares.push(share);
    }
    this.#vertices.push(vertex);
  }

  /** The values of vertices as they are, the others interpolated linearly. */
  doubles(values: Float64Array): Float64Array {
    const vertices = this.#vertices.values;
    const found = new Float64Array(this.#vertices.length);
    for (let place = 0; place < found.length; place++) found[place] = values[vertices[place] ?? 0] ?? Number.NaN;
    for (let index = 0; index < this.#between.length; index++) {
      const place = this.#between.values[index] ?? 0;
      const base = values[vertices[place] ?? 0] ?? Number.NaN;
      const other = values[this.#others.values[index] ?? 0] ?? Number.NaN;
      found[place] = (found[place] ?? 0) + (this.#shares.values[index] ?? 0) * (other - base);
    }
    return found;
  }

  /** As {@link doubles}, to the nearest integer. Only differences become doubles, so that large numbers lose nothing. */
  integers(values: BigUint64Array): BigUint64Array {
    const vertices = this.#vertices.values;
    const found = new BigUint64Array(this.#vertices.length);
    for (let place = 0; place < found.length; place++) found[place] = values[vertices[place] ?? 0] ?? 0n;
    for (let index = 0; index < this.#between.length;) {
      const place = this.#between.values[index] ?? 0;
      const base = found[place] ?? 0n;
      let sum = 0;
      for (; index < this.#between.length && this.#between.values[index] === place; index++) {
        const difference = (values[this.#others.values[index] ?? 0] ?? 0n) - base;
        sum += (this.#shares.values[index] ?? 0) * Number(difference);
      }
      found[place] = base + BigInt(Math.round(sum));
    }
    return found;
  }
}
