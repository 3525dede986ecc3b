import { crossingX, spansRow } from '../boundary/edge.ts';
import type { FlatGeometry } from '../boundary/geometry.ts';
import { RingBoxes } from '../boundary/ring.boxes.ts';
import { edgeAt } from '../boundary/rings.ts';
import { positionAlong, roundingReach } from '../boundary/segments.ts';
import { envelopeOf, type Part } from './geometry.ts';
import { atVertex, hasOrdinates, joinOrdinates, ordinatesAt, type Place } from './ordinates.ts';

/** How many times farther than rounding a vertex may lie from the ring that it came from: libraries round again. */
const ROUNDINGS = 8;

/**
 * Gives pieces of polygons the Z, M, T and TM of the polygons that they were cut from:
 * a vertex of theirs has its own values; a vertex on one of their edges has those between the edge's ends; and a vertex
 * inside, which a bend of the boundary makes, has those between the two edges that lie next to the west and to the
 * east of it. So what is cut from a plane stays on the plane, and both sides of a shared border get the same values.
 */
export function withOrdinatesOf(polygons: readonly Part[], pieces: Part[]): Part[] {
  const ordinates = joinOrdinates(polygons);
  if (!hasOrdinates(ordinates)) return pieces;
  const places = new RingPlaces(polygons);
  return pieces.map((piece) => ({ ...piece, ...ordinatesAt(ordinates, places.ofAll(piece.xy)) }));
}

/** Finds where points lie among the vertices of polygons. */
class RingPlaces {
  readonly #geometry: FlatGeometry;
  /** Number among the vertices of all polygons of each vertex of the geometry, whose rings are closed. */
  readonly #numbers: Uint32Array;
  readonly #boxes: RingBoxes;
  readonly #reach: number;

  constructor(polygons: readonly Part[]) {
    const { geometry, numbers } = flattenRings(polygons);
    this.#geometry = geometry;
    this.#numbers = numbers;
    this.#boxes = new RingBoxes(this.#geometry);
    this.#reach = ROUNDINGS * roundingReach(...this.#geometry.envelope);
  }

  ofAll(xy: Float64Array): Place[] {
    return Array.from({ length: xy.length / 2 }, (_, vertex) => this.#of(xy[vertex * 2] ?? 0, xy[vertex * 2 + 1] ?? 0));
  }

  #of(x: number, y: number): Place {
    return this.#onRing(x, y) ?? this.#between(x, y);
  }

  #onRing(x: number, y: number): Place | null {
    const reach = this.#reach;
    const near = this.#boxes.edgesMeeting(x - reach, y - reach, x + reach, y + reach);
    const { coordinates } = this.#geometry;
    let nearest: number | null = null;
    let shortest = Infinity;
    for (const vertex of near.flatMap((edge) => [edge, edge + 1])) {
      const [dx, dy] = [(coordinates[vertex * 2] ?? 0) - x, (coordinates[vertex * 2 + 1] ?? 0) - y];
      const distance = Math.max(Math.abs(dx), Math.abs(dy));
      // The first of several at one place: where a ring ends it has come back to its start.
      if (distance <= reach && distance < shortest) [nearest, shortest] = [vertex, distance];
    }
    if (nearest !== null) return atVertex(this.#numbers[nearest] ?? 0);
    const [edge] = near;
    return edge === undefined ? null : this.#along(edge, x, y);
  }

  #between(x: number, y: number): Place {
    const { coordinates, envelope } = this.#geometry;
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
    if (from === null || to === null) return atVertex(0);
    const share = from !== to && west < east ? (x - west) / (east - west) : 0;
    const fromX = edgeInWest === null ? east : west;
    const toX = edgeInEast === null ? west : east;
    return mix(this.#along(from, fromX, y), this.#along(to, toX, y), share);
  }

  #along(edge: number, x: number, y: number): Place {
    const position = positionAlong(edgeAt(this.#geometry.coordinates, edge), x, y);
    const [from = 0, to = 0] = [this.#numbers[edge], this.#numbers[edge + 1]];
    return { vertex: from, towards: [[to, Math.min(Math.max(position, 0), 1)]] };
  }
}

/** The rings of all polygons, closed, and the number that each vertex has among those of the polygons. */
function flattenRings(polygons: readonly Part[]): { geometry: FlatGeometry; numbers: Uint32Array } {
  const coordinates: number[] = [];
  const numbers: number[] = [];
  const ringStarts = [0];
  let first = 0;
  for (const { xy, ends } of polygons) {
    let start = 0;
    for (const end of ends) {
      const isClosed = xy[start * 2] === xy[end * 2 - 2] && xy[start * 2 + 1] === xy[end * 2 - 1];
      for (let at = start; at < (isClosed ? end : end + 1); at++) {
        const vertex = at < end ? at : start;
        coordinates.push(xy[vertex * 2] ?? 0, xy[vertex * 2 + 1] ?? 0);
        numbers.push(first + vertex);
      }
      ringStarts.push(numbers.length);
      start = end;
    }
    first += xy.length / 2;
  }
  const geometry = {
    coordinates: Float64Array.from(coordinates),
    ringStarts: Uint32Array.from(ringStarts),
    polygonStarts: Uint32Array.of(0, ringStarts.length - 1),
    envelope: envelopeOf(polygons),
  };
  return { geometry, numbers: Uint32Array.from(numbers) };
}

/** The place a share of the way from one place on an edge to another. */
function mix(from: Place, to: Place, share: number): Place {
  return {
    vertex: from.vertex,
    towards: [
      ...from.towards.map(([vertex, part]) => [vertex, part * (1 - share)] as const),
      ...[[to.vertex, 1 - sumOf(to)] as const, ...to.towards].map(([vertex, part]) => [vertex, part * share] as const),
    ],
  };
}

function sumOf({ towards }: Place): number {
  return towards.reduce((sum, [, share]) => sum + share, 0);
}
