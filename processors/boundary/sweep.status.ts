import { orient2d } from 'robust-predicates';
import type { SweepNodes } from './sweep.nodes.ts';

/** No piece. */
export const NONE = -1;

/** Straight pieces between two nodes, from the one that a sweep meets first (`low`) to the other (`high`). */
export interface SweepPieces {
  readonly nodes: SweepNodes;
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

/**
 * The pieces that a sweep from left to right has begun and not ended, from the lowest to the highest: a treap, whose
 * priorities are made of the piece's number, so that the same input takes the same course. Where pieces lie is decided
 * exactly. The order holds as long as no two of them cross.
 */
export class SweepStatus {
  readonly #pieces: SweepPieces;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #parent: Int32Array;
  readonly #below: Int32Array;
  readonly #above: Int32Array;
  #root = NONE;

  constructor(pieces: SweepPieces) {
    const links = (): Int32Array => new Int32Array(pieces.low.length).fill(NONE);
    this.#pieces = pieces;
    this.#left = links();
    this.#right = links();
    this.#parent = links();
    this.#below = links();
    this.#above = links();
  }

  /** The next piece below, or {@link NONE}. */
  below(piece: number): number {
    return this.#below[piece] ?? NONE;
  }

  /** The next piece above, or {@link NONE}. */
  above(piece: number): number {
    return this.#above[piece] ?? NONE;
  }

  insert(piece: number): void {
    let below = NONE;
    let above = NONE;
    let parent = NONE;
    for (let here = this.#root; here !== NONE;) {
      parent = here;
      if (this.#startsAbove(piece, here)) {
        below = here;
        here = this.#right[here] ?? NONE;
      } else {
        above = here;
        here = this.#left[here] ?? NONE;
      }
    }
    this.#parent[piece] = parent;
    if (parent === NONE) this.#root = piece;
    else if (parent === below) this.#right[parent] = piece;
    else this.#left[parent] = piece;
    this.#link(below, piece);
    this.#link(piece, above);
    while (this.#parent[piece] !== NONE && priority(piece) > priority(this.#parent[piece] ?? NONE)) this.#lift(piece);
  }

  remove(piece: number): void {
    for (;;) {
      const left = this.#left[piece] ?? NONE;
      const right = this.#right[piece] ?? NONE;
      if (left === NONE && right === NONE) break;
      if (right === NONE || (left !== NONE && priority(left) > priority(right))) this.#lift(left);
      else this.#lift(right);
    }
    this.#replace(this.#parent[piece] ?? NONE, piece, NONE);
    this.#link(this.below(piece), this.above(piece));
  }

  /** Whether a piece that begins now begins above another, or at it and turns off upwards. */
  #startsAbove(piece: number, other: number): boolean {
    const { low, high } = this.#pieces;
    const begin = low[piece] ?? 0;
    const side = begin === low[other] ? 0 : this.#sideOf(begin, other);
    return side === 0 ? this.#sideOf(high[piece] ?? 0, other) >= 0 : side > 0;
  }

  /** Positive when a node lies above a piece, exactly. */
  #sideOf(node: number, piece: number): number {
    const { nodes, low, high } = this.#pieces;
    const { xs, ys } = nodes;
    const [from = 0, to = 0] = [low[piece], high[piece]];
    return -orient2d(xs[from] ?? 0, ys[from] ?? 0, xs[to] ?? 0, ys[to] ?? 0, xs[node] ?? 0, ys[node] ?? 0);
  }

  #link(below: number, above: number): void {
    if (below !== NONE) this.#above[below] = above;
    if (above !== NONE) this.#below[above] = below;
  }

  /** Rotates a piece into the place of its parent. */
  #lift(piece: number): void {
    const parent = this.#parent[piece] ?? NONE;
    const isLeft = this.#left[parent] === piece;
    const inner = (isLeft ? this.#right[piece] : this.#left[piece]) ?? NONE;
    this.#replace(this.#parent[parent] ?? NONE, parent, piece);
    if (isLeft) {
      this.#right[piece] = parent;
      this.#left[parent] = inner;
    } else {
      this.#left[piece] = parent;
      this.#right[parent] = inner;
    }
    this.#parent[parent] = piece;
    if (inner !== NONE) this.#parent[inner] = parent;
  }

  #replace(parent: number, child: number, replacement: number): void {
    if (parent === NONE) this.#root = replacement;
    else if (this.#left[parent] === child) this.#left[parent] = replacement;
    else this.#right[parent] = replacement;
    if (replacement !== NONE) this.#parent[replacement] = parent;
  }
}

/** Numbers in no order to speak of (the finaliser of MurmurHash3), which keep the treap flat. */
function priority(piece: number): number {
  let hash = piece + 1;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
