import { GrowingUint32 } from './growing.uint32.ts';
import { APART_FROM } from './overlay.nodes.ts';

/**
 * A sequence of nodes. Vertices of the subject that lie apart and follow one another take no memory, which they are
 * nearly all of in a ring of millions.
 */
export class NodeSequence {
  length = 0;
  /** Most sequences have none, and are one stretch that is not listed. */
  #hasRuns = false;
  /** Of all stretches that are no runs, one after another. */
  readonly #nodes = new GrowingUint32(256);
  /** The place where each stretch begins, and its first node when it is a run, else where its nodes begin. */
  readonly #places = new GrowingUint32(16);
  readonly #firsts = new GrowingUint32(16);
  readonly #isRun = new GrowingUint32(16);
  /** The stretch that was asked for last, and where the next one begins. */
  #stretch = 0;
  #from = 0;
  #end = 0;

  clear(): void {
    for (const list of [this.#nodes, this.#places, this.#firsts, this.#isRun]) list.length = 0;
    this.#restart();
  }

  /** Empties the sequence and gives the memory of a long one back at once. */
  release(): void {
    for (const list of [this.#nodes, this.#places, this.#firsts, this.#isRun]) list.release();
    this.#restart();
  }

  push(node: number): void {
    if (!this.#hasRuns && node < APART_FROM) {
      this.#nodes.push(node);
      this.length++;
      return;
    }
    if (!this.#hasRuns && this.length > 0) this.#begin(0, 0, 0);
    this.#hasRuns = true;
    const last = this.#places.length - 1;
    if (node < APART_FROM) {
      if (last < 0 || this.#isRun.values[last] === 1) this.#begin(this.length, this.#nodes.length, 0);
      this.#nodes.push(node);
    } else {
      const first = this.#firsts.values[last] ?? 0;
      const isNext = this.#isRun.values[last] === 1 && node === first + this.length - (this.#places.values[last] ?? 0);
      if (last < 0 || !isNext) this.#begin(this.length, node, 1);
    }
    this.length++;
  }

  /** The node at a place; 0 beyond the end. */
  at(place: number): number {
    if (!this.#hasRuns) return this.#nodes.values[place] ?? 0;
    if (place >= this.length) return 0;
    if (place < this.#from || place >= this.#end) this.#find(place);
    const at = (this.#firsts.values[this.#stretch] ?? 0) + place - this.#from;
    return this.#isRun.values[this.#stretch] === 1 ? at : (this.#nodes.values[at] ?? 0);
  }

  #restart(): void {
    this.length = 0;
    this.#hasRuns = false;
    this.#stretch = 0;
    this.#from = 0;
    this.#end = 0;
  }

  #begin(place: number, first: number, isRun: 0 | 1): void {
    this.#places.push(place);
    this.#firsts.push(first);
    this.#isRun.push(isRun);
    // What is known of the last stretch is no longer so.
    this.#end = 0;
  }

  #find(place: number): void {
    const places = this.#places.values;
    const count = this.#places.length;
    let low = 0;
    let high = count;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((places[middle] ?? 0) <= place) low = middle;
      else high = middle;
    }
    this.#stretch = low;
    this.#from = places[low] ?? 0;
    this.#end = low + 1 < count ? (places[low + 1] ?? 0) : this.length;
  }
}
