import { positionAlong, roundingReach } from '../boundary/segments.ts';
import { crossingX, spansRow } from '../boundary/edge.ts';
import { edgeAt, ringOf } from '../boundary/rings.ts';
import { RingBoxes } from '../boundary/ring.boxes.ts';
import { type ClosedRings, closeRings } from './closed.rings.ts';
import type { Part } from './geometry.ts';
import { hasOrdinates, joinOrdinates, ordinatesAt } from './ordinates.ts';
import { Places, type Towards } from './places.ts';

/** How many times farther than rounding a vertex may lie from the ring that it came from: libraries round again. */
const ROUNDINGS = 8;
const NONE = -1;

/**
 * Gives pieces of polygons the Z, M, T and TM of the polygons that they were cut from:
 * a vertex of theirs has its own values; a vertex on one of their edges has those between the edge's ends; and a vertex
 * inside, which a bend of the boundary makes, has those between the two edges that lie next to the west and to the
 * east of it. So what is cut from a plane stays on the plane, and both sides of a shared border get the same values.
 */
export function withOrdinatesOf(polygons: readonly Part[], pieces: Part[]): Part[] {
  const ordinates = joinOrdinates(polygons);
  if (!hasOrdinates(ordinates)) return pieces;
  const places = new RingPlaces(closeRings(polygons));
  return pieces.map((piece) => ({ ...piece, ...ordinatesAt(ordinates, places.ofAll(piece)) }));
}

/** A place between two vertices of the source's parts. */
interface Between {
  readonly vertex: number;
  readonly towards: Towards;
}

/**
 * Finds where vertices of pieces lie among those of the polygons that they were cut from. The next vertex of a piece
 * is mostly the next one of a ring, so that only where a piece leaves a ring or comes to one is it searched for.
 */
class RingPlaces {
  readonly #rings: ClosedRings;
  readonly #boxes: RingBoxes;
  readonly #reach: number;
  /** The vertices after and before the place found last, on its ring, and where that ring begins and closes. */
  #ahead = NONE;
  #behind = NONE;
  #first = 0;
  #last = 0;

  constructor(rings: ClosedRings) {
    this.#rings = rings;
    this.#boxes = new RingBoxes(rings);
    this.#reach = ROUNDINGS * roundingReach(...rings.envelope);
  }

  ofAll({ xy, ends }: Part): Places {
    const places = new Places(xy.length / 2);
    let start = 0;
    for (const end of ends) {
      for (let vertex = start; vertex < end; vertex++) {
        // Where a ring closes it is to have the values that it began with, also where another one touches it.
        const isEnd = vertex === start || vertex === end - 1;
        if (!isEnd && this.#ahead !== NONE) vertex = this.#follow(xy, vertex, end - 1, places);
        const next = isEnd || this.#ahead === NONE || vertex === end - 1 ? NONE : this.#next(xy, vertex);
        if (next === NONE) this.#search(xy[vertex * 2] ?? 0, xy[vertex * 2 + 1] ?? 0, places);
        else places.addVertex(this.#rings.numberOf(next));
      }
      start = end;
    }
    return places;
  }

  /** Adds the vertices from one on that follow the place found last on its ring; gives the first that does not. */
  #follow(xy: Float64Array, vertex: number, end: number, places: Places): number {
    const ahead = this.#countAlong(xy, vertex, end, this.#ahead, 1);
    const [first, step, count]: [number, 1 | -1, number] =
      ahead > 0 ? [this.#ahead, 1, ahead] : [this.#behind, -1, this.#countAlong(xy, vertex, end, this.#behind, -1)];
    if (count === 0) return vertex;
    for (let place = 0; place < count; place++) places.addVertex(this.#rings.numberOf(first + place * step));
    const last = first + (count - 1) * step;
    this.#ahead = this.#after(last);
    this.#behind = this.#before(last);
    return vertex + count;
  }

  /** How many vertices from one on are those of the ring from another one on, up to repeated ones and the ring's end. */
  #countAlong(xy: Float64Array, vertex: number, end: number, from: number, step: 1 | -1): number {
    const { coordinates } = this.#rings;
    let at = from * 2;
    let place = vertex * 2;
    for (; place < end * 2 && at > this.#first * 2 && at < this.#last * 2; at += step * 2, place += 2) {
      const x = coordinates[at];
      const y = coordinates[at + 1];
      if (x !== xy[place] || y !== xy[place + 1]) break;
      if ((x === xy[place - 2] && y === xy[place - 1]) || (x === coordinates[at - 2] && y === coordinates[at - 1]))
        break;
    }
    return place / 2 - vertex;
  }

  /** The vertex that follows the place found last, one way or the other, when it is where a vertex of a piece is. */
  #next(xy: Float64Array, vertex: number): number {
    const at = vertex * 2;
    const [lastX = 0, lastY = 0, x = 0, y = 0] = [xy[at - 2], xy[at - 1], xy[at], xy[at + 1]];
    const ahead = this.#skip(this.#ahead, 1, lastX, lastY);
    if (this.#isAt(ahead, x, y)) return this.#standAt(ahead, x, y);
    const behind = this.#skip(this.#behind, -1, lastX, lastY);
    return this.#isAt(behind, x, y) ? this.#standAt(behind, x, y) : NONE;
  }

  /** The next vertex from one on that does not repeat the last. */
  #skip(vertex: number, step: 1 | -1, lastX: number, lastY: number): number {
    let here = vertex;
    for (let steps = this.#last - this.#first; steps > 0 && this.#isAt(here, lastX, lastY); steps--) {
      here = step > 0 ? this.#after(here) : this.#before(here);
    }
    return here;
  }

  /** Goes on from the first of the vertices that are repeated at a point, and gives it. */
  #standAt(vertex: number, x: number, y: number): number {
    let here = vertex;
    if (this.#isAt(this.#first, x, y)) here = this.#first;
    else while (this.#isAt(here - 1, x, y)) here--;
    this.#ahead = this.#after(here);
    this.#behind = this.#before(here);
    return here;
  }

  #after(vertex: number): number {
    return vertex + 1 < this.#last ? vertex + 1 : this.#first;
  }

  #before(vertex: number): number {
    return vertex > this.#first ? vertex - 1 : this.#last - 1;
  }

  #isAt(vertex: number, x: number, y: number): boolean {
    const { coordinates } = this.#rings;
    return coordinates[vertex * 2] === x && coordinates[vertex * 2 + 1] === y;
  }

  #search(x: number, y: number, places: Places): void {
    const { coordinates } = this.#rings;
    const reach = this.#reach;
    const near = this.#boxes.edgesMeeting(x - reach, y - reach, x + reach, y + reach);
    const [edge] = near;
    if (edge === undefined) {
      this.#ahead = NONE;
      const { vertex, towards } = this.#between(x, y);
      places.addBetween(vertex, towards);
      return;
    }
    let nearest = NONE;
    let shortest = Infinity;
    for (const vertex of near.flatMap((start) => [start, start + 1])) {
      const [dx, dy] = [(coordinates[vertex * 2] ?? 0) - x, (coordinates[vertex * 2 + 1] ?? 0) - y];
      const distance = Math.max(Math.abs(dx), Math.abs(dy));
      // The first of several at one place: where a ring ends it has come back to its start.
      if (distance <= reach && distance < shortest) [nearest, shortest] = [vertex, distance];
    }
    const ring = ringOf(this.#rings.ringStarts, nearest === NONE ? edge : nearest);
    this.#first = this.#rings.ringStarts[ring] ?? 0;
    this.#last = (this.#rings.ringStarts[ring + 1] ?? 0) - 1;
    if (nearest === NONE) {
      this.#ahead = edge + 1 < this.#last ? edge + 1 : this.#first;
      this.#behind = edge;
      const { vertex, towards } = this.#along(edge, x, y);
      places.addBetween(vertex, towards);
    } else {
      this.#ahead = this.#after(nearest);
      this.#behind = this.#before(nearest);
      places.addVertex(this.#rings.numberOf(nearest));
    }
  }

  #between(x: number, y: number): Between {
    const { coordinates, envelope } = this.#rings;
    let [west, east] = [-Infinity, Infinity];
    let edgeInWest: number | null = null;
    let edgeInEast: number | null = null;
    for (const edge of this.#boxes.edgesMeeting(envelope[0], y, envelope[2], y)) {
      const [x0, y0, x1, y1] = edgeAt(coordinates, edge);
      if (!spansRow(y0, y1, y)) continue;
      const crossing = crossingX(x0, y0, x1, y1, y);
      if (crossing <= x && crossing > west) [west, edgeInWest] = [crossing, edge];
      if (crossing >= x && crossing < east) [east, edgeInEast] = [crossing, edge];
    }
    const [from, to] = [edgeInWest ?? edgeInEast, edgeInEast ?? edgeInWest];
    // Only a vertex at the very top or bottom can miss both, and rounding has put it there.
    if (from === null || to === null) return { vertex: 0, towards: [] };
    const share = from !== to && west < east ? (x - west) / (east - west) : 0;
    const fromX = edgeInWest === null ? east : west;
    const toX = edgeInEast === null ? west : east;
    return mix(this.#along(from, fromX, y), this.#along(to, toX, y), share);
  }

  #along(edge: number, x: number, y: number): Between {
    const position = positionAlong(edgeAt(this.#rings.coordinates, edge), x, y);
    const towards = [[this.#rings.numberOf(edge + 1), Math.min(Math.max(position, 0), 1)]] as const;
    return { vertex: this.#rings.numberOf(edge), towards };
  }
}

/** The place a share of the way from one place on an edge to another. */
function mix(from: Between, to: Between, share: number): Between {
  return {
    vertex: from.vertex,
    towards: [
      ...from.towards.map(([vertex, part]) => [vertex, part * (1 - share)] as const),
      ...[[to.vertex, 1 - sumOf(to)] as const, ...to.towards].map(([vertex, part]) => [vertex, part * share] as const),
    ],
  };
}

function sumOf({ towards }: Between): number {
  return towards.reduce((sum, [, share]) => sum + share, 0);
}
