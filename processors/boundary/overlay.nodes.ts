import { releaseMemory } from '../memory.release.ts';
import { GrowingFloat64 } from './growing.float64.ts';
import { GrowingUint32 } from './growing.uint32.ts';

/** Places of a new table, a power of two: enough for a feature of some hundred vertices. */
const PLACES_MIN = 1024;
/** A table that has grown beyond this is given up when it is emptied: emptying it each time would cost more. */
const PLACES_KEPT_MAX = 16 * PLACES_MIN;
const NO_COORDINATES = new Float64Array();
/** Odd numbers that spread the bits of a double over a word. */
const SPREAD = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f] as const;

/** Nodes from this number on are vertices of the subject that no other point is equal to: more than a table can hold. */
export const APART_FROM = 2 ** 30;

/** Numbers points by their exact coordinates, so that rings can be put together without tolerance. */
export class NodeTable {
  /** Coordinates of the nodes in the table, by their number. */
  readonly #xs = new GrowingFloat64(PLACES_MIN / 2);
  readonly #ys = new GrowingFloat64(PLACES_MIN / 2);
  #subject: Float64Array = NO_COORDINATES;
  readonly #double = new Float64Array(2);
  readonly #words = new Uint32Array(this.#double.buffer);
  /** Open addressing: the entry in each place, plus one; 0 where there is none. */
  #places = new Uint32Array(PLACES_MIN);
  readonly #entryX = new GrowingFloat64(PLACES_MIN / 2);
  readonly #entryY = new GrowingFloat64(PLACES_MIN / 2);
  readonly #entryNode = new GrowingUint32(PLACES_MIN / 2);

  /** How many nodes there are but for those apart, which have higher numbers than all others. */
  get count(): number {
    return this.#xs.length;
  }

  x(node: number): number {
    return (node < APART_FROM ? this.#xs.values[node] : this.#subject[(node - APART_FROM) * 2]) ?? 0;
  }

  y(node: number): number {
    return (node < APART_FROM ? this.#ys.values[node] : this.#subject[(node - APART_FROM) * 2 + 1]) ?? 0;
  }

  /** @param subject coordinates of the vertices of {@link apart}. */
  clear(subject: Float64Array = NO_COORDINATES): void {
    this.#subject = subject;
    if (this.#places.length > PLACES_KEPT_MAX) {
      releaseMemory(this.#places);
      this.#places = new Uint32Array(PLACES_MIN);
    } else {
      this.#places.fill(0);
    }
    for (const list of [this.#xs, this.#ys, this.#entryX, this.#entryY, this.#entryNode]) list.length = 0;
  }

  /** Gives the memory of a large table back at once. Nothing is left in it. */
  release(): void {
    this.clear();
    for (const list of [this.#xs, this.#ys, this.#entryX, this.#entryY, this.#entryNode]) list.release();
  }

  /** The number of a point. */
  id(x: number, y: number): number {
    const place = this.#placeOf(x, y);
    const entry = this.#places[place] ?? 0;
    if (entry > 0) return this.#entryNode.values[entry - 1] ?? 0;
    const node = this.#xs.length;
    this.#xs.push(x);
    this.#ys.push(y);
    this.#enter(place, x, y, node);
    return node;
  }

  /** The number of a vertex of the subject that no other point is equal to, as the caller knows. It takes no memory. */
  apart(vertex: number): number {
    return APART_FROM + vertex;
  }

  /** Gives a point the number of another one, unless it has one. */
  identify(x: number, y: number, otherX: number, otherY: number): void {
    const node = this.id(otherX, otherY);
    const place = this.#placeOf(x, y);
    if (this.#places[place] === 0) this.#enter(place, x, y, node);
  }

  #enter(place: number, x: number, y: number, node: number): void {
    this.#entryX.push(x);
    this.#entryY.push(y);
    this.#entryNode.push(node);
    this.#places[place] = this.#entryNode.length;
    if (this.#entryNode.length * 2 > this.#places.length) this.#grow();
  }

  #grow(): void {
    const placesCount = this.#places.length;
    releaseMemory(this.#places);
    this.#places = new Uint32Array(placesCount * 4);
    for (let entry = 0; entry < this.#entryNode.length; entry++) {
      this.#places[this.#placeOf(this.#entryX.values[entry] ?? 0, this.#entryY.values[entry] ?? 0)] = entry + 1;
    }
  }

  /** The place of a point, or the empty one where it belongs. */
  #placeOf(x: number, y: number): number {
    const last = this.#places.length - 1;
    // Adding 0 makes −0 and 0 one.
    this.#double[0] = x + 0;
    this.#double[1] = y + 0;
    const words = this.#words;
    let mixed = Math.imul(words[0] ?? 0, SPREAD[0]) ^ Math.imul(words[1] ?? 0, SPREAD[1]);
    mixed ^= Math.imul(words[2] ?? 0, SPREAD[2]) ^ Math.imul(words[3] ?? 0, SPREAD[3]);
    mixed = Math.imul(mixed ^ (mixed >>> 15), SPREAD[0]);
    let place = (mixed ^ (mixed >>> 13)) & last;
    for (;;) {
      const entry = this.#places[place] ?? 0;
      if (entry === 0) return place;
      if (this.#entryX.values[entry - 1] === x && this.#entryY.values[entry - 1] === y) return place;
      place = (place + 1) & last;
    }
  }
}
