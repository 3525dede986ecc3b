import { GrowingFloat64 } from '../boundary/growing.float64.ts';
import { GrowingUint32 } from '../boundary/growing.uint32.ts';
import type { Part } from './geometry.ts';
import { hasOrdinates, NO_ORDINATES, ordinatesAt } from './ordinates.ts';
import { Places } from './places.ts';

/** A point of a line: the number of a vertex of its source, or −1 − the number of a split. */
export type Link = number;

/** Stands in place of a run's end for a split, as no run of vertices ends before the first. */
const SPLIT = 0;

/**
 * Pieces of lines, as lists of numbers: runs of vertices of the source, which cost nothing, and splits, which are places
 * between two of them.
 */
export class LinePieces {
  /** First vertex of each run and the one after its last, or the number of a split and {@link SPLIT}. */
  readonly #runs = new GrowingUint32(64);
  /** Where the runs of each piece begin. */
  readonly #starts = new GrowingUint32(16);
  readonly #splitX = new GrowingFloat64(16);
  readonly #splitY = new GrowingFloat64(16);
  /** The vertex before each split, and the share of the way to the next one. */
  readonly #splitVertex = new GrowingUint32(16);
  readonly #splitShare = new GrowingFloat64(16);

  get count(): number {
    return this.#starts.length;
  }

  /** How many points between vertices were noted. */
  get splits(): number {
    return this.#splitX.length;
  }

  /** How much room is in use, in numbers. */
  get size(): number {
    return this.#runs.length + this.#splitX.length;
  }

  clear(): void {
    this.#runs.length = 0;
    this.#starts.length = 0;
    this.#splitX.length = 0;
    this.#splitY.length = 0;
    this.#splitVertex.length = 0;
    this.#splitShare.length = 0;
  }

  /** Notes a point between a vertex and the next one, and gives its number. */
  addSplit(x: number, y: number, vertex: number, share: number): number {
    this.#splitX.push(x);
    this.#splitY.push(y);
    this.#splitVertex.push(vertex);
    this.#splitShare.push(share);
    return this.#splitX.length - 1;
  }

  xOf(split: number): number {
    return this.#splitX.values[split] ?? 0;
  }

  yOf(split: number): number {
    return this.#splitY.values[split] ?? 0;
  }

  shareOf(split: number): number {
    return this.#splitShare.values[split] ?? 0;
  }

  /** How a piece is led over a split; over the vertex itself where both are one. */
  linkOf(split: number): Link {
    return this.shareOf(split) === 0 ? (this.#splitVertex.values[split] ?? 0) : -1 - split;
  }

  /** Begins another piece. */
  begin(): void {
    this.#starts.push(this.#runs.length);
  }

  add(link: Link): void {
    if (link >= 0) {
      this.addVertices(link, link + 1);
      return;
    }
    this.#runs.push(-1 - link);
    this.#runs.push(SPLIT);
  }

  /** Adds vertices that follow one another in the source. */
  addVertices(first: number, end: number): void {
    if (first >= end) return;
    const runs = this.#runs;
    const isFirst = runs.length === this.#starts.values[this.#starts.length - 1];
    if (!isFirst && runs.values[runs.length - 1] === first && first !== SPLIT) {
      runs.values[runs.length - 1] = end;
      return;
    }
    runs.push(first);
    runs.push(end);
  }

  /** Gives the memory of very many pieces back at once. Nothing is left of them. */
  release(): void {
    for (const list of [this.#runs, this.#starts, this.#splitVertex]) list.release();
    for (const list of [this.#splitX, this.#splitY, this.#splitShare]) list.release();
  }

  /** The coordinates and ordinates of each piece, as it is asked for. */
  *parts(source: Part): Generator<Part, void, undefined> {
    for (let piece = 0; piece < this.count; piece++) yield this.#toPart(piece, source);
  }

  #toPart(piece: number, source: Part): Part {
    const start = this.#starts.values[piece] ?? 0;
    const end = piece + 1 < this.count ? (this.#starts.values[piece + 1] ?? 0) : this.#runs.length;
    const runs = this.#runs.values;
    let vertices = 0;
    for (let at = start; at < end; at += 2) {
      const last = runs[at + 1] ?? 0;
      vertices += last === SPLIT ? 1 : last - (runs[at] ?? 0);
    }
    const [from = 0, last = 0] = [runs[start], runs[start + 1]];
    const isOneRun = end - start === 2 && last !== SPLIT;
    // Of a line that stays whole there is nothing to copy.
    const xy = isOneRun ? source.xy.subarray(from * 2, last * 2) : this.#xyOf(start, end, vertices, source.xy);
    const ordinates = hasOrdinates(source) ? ordinatesAt(source, this.#placesOf(start, end, vertices)) : NO_ORDINATES;
    return { xy, ...ordinates, ends: [vertices], storedType: source.storedType };
  }

  #xyOf(start: number, end: number, vertices: number, source: Float64Array): Float64Array {
    const runs = this.#runs.values;
    const xy = new Float64Array(vertices * 2);
    let to = 0;
    for (let at = start; at < end; at += 2) {
      const from = runs[at] ?? 0;
      const last = runs[at + 1] ?? 0;
      if (last === SPLIT) {
        xy[to++] = this.xOf(from);
        xy[to++] = this.yOf(from);
      }
      for (let number = from * 2; number < last * 2; number++) xy[to++] = source[number] ?? 0;
    }
    return xy;
  }

  #placesOf(start: number, end: number, vertices: number): Places {
    const places = new Places(vertices);
    for (let at = start; at < end; at += 2) {
      const [from = 0, last = 0] = [this.#runs.values[at], this.#runs.values[at + 1]];
      if (last === SPLIT) {
        const vertex = this.#splitVertex.values[from] ?? 0;
        places.addBetween(vertex, [[vertex + 1, this.shareOf(from)]]);
      } else {
        places.addRun(from, last);
      }
    }
    return places;
  }
}
