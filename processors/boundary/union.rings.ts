import { furthestLeft } from './furthest.left.ts';
import { groupBy, type Groups } from './sweep.nodes.ts';
import { NONE } from './sweep.status.ts';
import type { UnionLines } from './union.lines.ts';

/** A ring of lines: its nodes, each once; the last leads to the first. */
export interface UnionRing {
  readonly nodes: readonly number[];
  /** The shell that a hole lies in, as its place in the list of rings; a shell's own place. */
  readonly shell: number;
}

/**
 * Puts lines with the inside on their left together: shells counter-clockwise, holes clockwise. Rings that touch
 * themselves in a node are parted there, as the Simple Features standard wants it.
 * @returns the rings in the order of a sweep, in which a shell comes before its holes.
 * @throws {Error} when the lines do not close into rings, which those of noded polygons do.
 */
export function assembleRings(lines: UnionLines): UnionRing[] {
  const { kept, isForward, lineBelow, pieces } = lines;
  const loops = new LoopTracer(lines).trace();
  const loopOf = new Uint32Array(pieces.low.length);
  loops.forEach(({ places }, loop) => {
    for (const place of places) loopOf[kept[place] ?? 0] = loop;
  });
  const rings: UnionRing[] = [];
  for (const [index, { places, first }] of loops.entries()) {
    // The first piece of a loop is the lower one of two at its leftmost node: the inside is above it in a shell.
    const piece = kept[first] ?? 0;
    const line = lineBelow[piece] ?? NONE;
    const isShell = isForward[piece] === 1;
    if (!isShell && line === NONE) throw new Error('A hole of the united polygons lies in no shell.');
    const shell = isShell ? index : (rings[loopOf[line] ?? 0]?.shell ?? index);
    rings.push({ nodes: places.map((place) => startOf(lines, place)), shell });
  }
  return rings;
}

/** A closed way along lines, each given by its place in the order of a sweep. */
interface Loop {
  readonly places: readonly number[];
  /** The smallest of the places. */
  readonly first: number;
}

class LoopTracer {
  readonly #lines: UnionLines;
  readonly #leaving: Groups;
  readonly #isUsed: Uint8Array;
  /** Where on the path a node was left, or {@link NONE}. */
  readonly #placeOnPath: Int32Array;
  readonly #loops: Loop[] = [];

  constructor(lines: UnionLines) {
    const { kept, pieces } = lines;
    const nodeCount = pieces.nodes.xs.length;
    this.#lines = lines;
    this.#leaving = groupBy(
      kept.map((_, place) => startOf(lines, place)),
      nodeCount,
    );
    this.#isUsed = new Uint8Array(kept.length);
    this.#placeOnPath = new Int32Array(nodeCount).fill(NONE);
  }

  /** Loops that meet themselves in no node, by their first line. */
  trace(): Loop[] {
    for (let place = 0; place < this.#isUsed.length; place++) {
      if (this.#isUsed[place] === 0) this.#traceFrom(place);
    }
    return this.#loops.sort((a, b) => a.first - b.first);
  }

  /** Follows lines until the path comes back to its start, cutting off a loop whenever it meets itself. */
  #traceFrom(start: number): void {
    const path: number[] = [];
    for (let next = start; ;) {
      this.#isUsed[next] = 1;
      this.#placeOnPath[startOf(this.#lines, next)] = path.length;
      path.push(next);
      const node = endOf(this.#lines, next);
      const met = this.#placeOnPath[node] ?? NONE;
      if (met !== NONE) this.#cutOff(path.splice(met));
      const last = path.at(-1);
      if (last === undefined) return;
      next = this.#nextAt(node, startOf(this.#lines, last));
    }
  }

  #cutOff(places: readonly number[]): void {
    for (const place of places) this.#placeOnPath[startOf(this.#lines, place)] = NONE;
    this.#loops.push({ places, first: places.reduce((least, place) => Math.min(least, place), Infinity) });
  }

  #nextAt(node: number, before: number): number {
    const { starts, members } = this.#leaving;
    const free = Array.from(members.subarray(starts[node], starts[node + 1])).filter(
      (place) => this.#isUsed[place] === 0,
    );
    const ends = free.map((place) => endOf(this.#lines, place));
    const best = ends.length < 2 ? 0 : furthestLeft(before, node, ends, this.#lines.pieces.nodes);
    const next = free[best];
    if (next === undefined) throw new Error('The lines of the united polygons do not close into rings.');
    return next;
  }
}

function startOf({ pieces, kept, isForward }: UnionLines, place: number): number {
  const piece = kept[place] ?? 0;
  return (isForward[piece] === 1 ? pieces.low[piece] : pieces.high[piece]) ?? 0;
}

function endOf({ pieces, kept, isForward }: UnionLines, place: number): number {
  const piece = kept[place] ?? 0;
  return (isForward[piece] === 1 ? pieces.high[piece] : pieces.low[piece]) ?? 0;
}
