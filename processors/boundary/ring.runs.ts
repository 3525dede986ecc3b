import type { FlatGeometry } from './geometry.ts';
import { edgeAt } from './rings.ts';
import { crossOrOverlap, relationOf } from './segments.ts';

/** How edges of polygons meet that do not follow one another: not at all, in single points, or otherwise. */
export type RunsMeeting = 'apart' | 'touching' | 'crossing';

/**
 * How the edges of polygons meet, exactly and without an index of them. Rings are parted into runs that go on to the
 * right (or straight up): edges of one run cannot meet, and two runs are compared by following both from left to right.
 * Edges parted by repeated vertices touch, as far as this can tell.
 */
export function meetingOfRuns(geometry: FlatGeometry): RunsMeeting {
  const runs = new RingRuns(geometry);
  let meeting: RunsMeeting = 'apart';
  for (let run = 0; run < runs.count; run++) {
    for (let other = 0; other < run; other++) {
      const found = runs.compare(run, other);
      if (found === 'crossing') return found;
      if (found === 'touching') meeting = found;
    }
  }
  return meeting;
}

/** Runs of vertices that go on to the right or, followed backwards, do. */
class RingRuns {
  readonly #coordinates: Float64Array;
  /** First and last vertex of each run, from left to right. */
  readonly #firsts: number[] = [];
  readonly #lasts: number[] = [];
  readonly #lowest: number[] = [];
  readonly #highest: number[] = [];
  /** The edges that begin and end the ring of each run, which follow one another too. */
  readonly #opening: number[] = [];
  readonly #closing: number[] = [];

  constructor({ coordinates, ringStarts }: FlatGeometry) {
    this.#coordinates = coordinates;
    for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
      this.#part(ringStarts[ring] ?? 0, (ringStarts[ring + 1] ?? 0) - 1);
    }
  }

  get count(): number {
    return this.#firsts.length;
  }

  compare(run: number, other: number): RunsMeeting {
    let meeting: RunsMeeting = 'apart';
    if (this.#areApart(run, other)) return meeting;
    let a = this.#firsts[run] ?? 0;
    let b = this.#firsts[other] ?? 0;
    const lastA = this.#lasts[run] ?? 0;
    const lastB = this.#lasts[other] ?? 0;
    const stepA = lastA > a ? 1 : -1;
    const stepB = lastB > b ? 1 : -1;
    while (a !== lastA && b !== lastB) {
      const found = this.#compareEdges(Math.min(a, a + stepA), Math.min(b, b + stepB), run, other);
      if (found === 'crossing') return found;
      if (found === 'touching') meeting = found;
      const order = this.#order(a + stepA, b + stepB);
      if (order <= 0) a += stepA;
      if (order >= 0) b += stepB;
    }
    return meeting;
  }

  #part(start: number, end: number): void {
    for (let first = start; first < end;) {
      const direction = this.#order(first, first + 1);
      let last = first + 1;
      let lowest = Math.min(this.#y(first), this.#y(last));
      let highest = Math.max(this.#y(first), this.#y(last));
      while (last < end && this.#order(last, last + 1) === direction) {
        last++;
        const y = this.#y(last);
        if (y < lowest) lowest = y;
        else if (y > highest) highest = y;
      }
      // Edges without length are left out.
      if (direction !== 0) {
        this.#firsts.push(direction < 0 ? first : last);
        this.#lasts.push(direction < 0 ? last : first);
        this.#lowest.push(lowest);
        this.#highest.push(highest);
        this.#opening.push(start);
        this.#closing.push(end - 1);
      }
      first = last;
    }
  }

  #y(vertex: number): number {
    return this.#coordinates[vertex * 2 + 1] ?? 0;
  }

  /** Below 0 when the first vertex comes before the second, from left to right and then upwards. */
  #order(first: number, second: number): number {
    const xy = this.#coordinates;
    const across = (xy[first * 2] ?? 0) - (xy[second * 2] ?? 0);
    const difference = across === 0 ? (xy[first * 2 + 1] ?? 0) - (xy[second * 2 + 1] ?? 0) : across;
    return Math.sign(difference);
  }

  #areApart(run: number, other: number): boolean {
    const lowest = this.#lowest;
    const highest = this.#highest;
    if ((highest[run] ?? 0) < (lowest[other] ?? 0) || (highest[other] ?? 0) < (lowest[run] ?? 0)) return true;
    if (this.#x(this.#lasts[run]) < this.#x(this.#firsts[other])) return true;
    return this.#x(this.#lasts[other]) < this.#x(this.#firsts[run]);
  }

  #x(vertex = 0): number {
    return this.#coordinates[vertex * 2] ?? 0;
  }

  #compareEdges(a: number, b: number, run: number, other: number): RunsMeeting {
    const xy = this.#coordinates;
    const ay0 = xy[a * 2 + 1] ?? 0;
    const ay1 = xy[a * 2 + 3] ?? 0;
    const by0 = xy[b * 2 + 1] ?? 0;
    const by1 = xy[b * 2 + 3] ?? 0;
    if ((ay0 < by0 && ay0 < by1 && ay1 < by0 && ay1 < by1) || (ay0 > by0 && ay0 > by1 && ay1 > by0 && ay1 > by1)) {
      return 'apart';
    }
    if (!this.#areConsecutive(a, b, run, other)) return relationOf(edgeAt(xy, a), edgeAt(xy, b));
    return crossOrOverlap(edgeAt(xy, a), edgeAt(xy, b)) ? 'crossing' : 'apart';
  }

  #areConsecutive(a: number, b: number, run: number, other: number): boolean {
    if (Math.abs(a - b) === 1) return true;
    const opening = this.#opening[run];
    return opening === this.#opening[other] && Math.min(a, b) === opening && Math.max(a, b) === this.#closing[run];
  }
}
