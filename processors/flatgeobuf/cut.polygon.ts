import polygonClipping, { type MultiPolygon } from 'polygon-clipping';
import { Problem } from '../../cache/problem.ts';
import {
  type FlatGeometry,
  flattenMultiPolygon,
  type MultiPolygonCoordinates,
  type Ring,
} from '../boundary/geometry.ts';
import { indexPolygons, overlay } from '../boundary/overlay.ts';
import type { PreparedBoundary } from '../boundary/prepared.ts';
import { doubledAreaOf } from '../boundary/rings.ts';
import { isSimple } from '../boundary/simple.ts';
import { buildEdgeTree } from '../boundary/tree.build.ts';
import type { Cut } from './cut.ts';
import type { Part } from './geometry.ts';
import { NO_ORDINATES } from './ordinates.ts';

/** A triangle, closed. */
const RING_VERTICES_MIN = 4;
/** Shares of the feature's size by which its box is moved for another try after the second method has thrown. */
const NUDGES = [0, 0.031, 0.067, 0.113];

/**
 * Cuts polygons at the boundary. The edges are overlaid exactly. Crossing points are rounded to doubles, which may make
 * edges of the result cross by a hair: the polygon-clipping library then resolves them. Where the overlay cannot decide,
 * or edges of the feature cross one another, the library cuts the feature at the boundary's local piece.
 * @param boundary has no edges that cross.
 * @param what names the feature in the report and in errors.
 * @throws {Problem} `invalid-source` when neither can cut it: nothing is dropped silently.
 */
export function cutPolygons(polygons: readonly Part[], boundary: PreparedBoundary, what: string): Cut {
  const coordinates = polygons.map(toRings).filter((rings) => rings.length > 0);
  const geometry = flattenMultiPolygon(coordinates);
  if (geometry.coordinates.length === 0) return { kind: 'none' };
  const tree = buildEdgeTree(geometry);
  const result = overlay(indexPolygons(geometry, tree), boundary);
  if (result.kind === 'all' || result.kind === 'none') return result;
  const storedType = polygons[0]?.storedType ?? 0;
  const toCut = (kept: MultiPolygonCoordinates, note?: string): Cut => {
    const pieces = withoutSlivers(kept, geometry.envelope).map((polygon) => toPart(polygon, storedType));
    if (pieces.length === 0) return { kind: 'none' };
    return note === undefined ? { kind: 'part', pieces } : { kind: 'part', pieces, note };
  };
  const isOrderly = isSimple(geometry.coordinates, tree);
  if (result.kind === 'part' && isOrderly) {
    const resolved = resolveCrossings(result.polygons);
    if (resolved !== null) return toCut(resolved);
  }
  const reason = isOrderly ? 'the overlay could not close its rings' : 'its edges cross';
  return toCut(
    cutByLibrary(coordinates, geometry, boundary, what),
    `${what} was cut by polygon-clipping, since ${reason}.`,
  );
}

/** The same area without edges that cross; null when the library cannot find it. */
function resolveCrossings(polygons: MultiPolygonCoordinates): MultiPolygonCoordinates | null {
  const geometry = flattenMultiPolygon(polygons);
  if (isSimple(geometry.coordinates, buildEdgeTree(geometry))) return polygons;
  try {
    return polygonClipping.union(toPairs(polygons));
  } catch {
    return null;
  }
}

function cutByLibrary(
  coordinates: MultiPolygonCoordinates,
  { envelope }: FlatGeometry,
  boundary: PreparedBoundary,
  what: string,
): MultiPolygonCoordinates {
  const [minX, minY, maxX, maxY] = envelope;
  const sizeOfBox = Math.max(maxX - minX, maxY - minY);
  let cause: unknown;
  for (const nudge of NUDGES) {
    const room = nudge * sizeOfBox;
    const piece = boundary.localPiece(minX - room, minY - room, maxX + room, maxY + room);
    try {
      return piece.length === 0 ? [] : polygonClipping.intersection(toPairs(coordinates), toPairs(piece));
    } catch (error) {
      cause = error;
    }
  }
  throw new Problem('invalid-source', `${what} cannot be cut: its polygon is damaged beyond what can be resolved.`, {
    cause,
  });
}

function toPairs(polygons: MultiPolygonCoordinates): MultiPolygon {
  return polygons.map((rings) => rings.map((ring) => ring.map(([x = 0, y = 0]) => [x, y])));
}

/** How narrow a ring is no more than rounding makes it, as a share of the largest coordinate. */
const ROUNDING_WIDTH = 4 * Number.EPSILON;

/** Leaves out polygons and holes that are no wider than what rounding a crossing point moves it. */
function withoutSlivers(
  polygons: MultiPolygonCoordinates,
  envelope: FlatGeometry['envelope'],
): MultiPolygonCoordinates {
  const width = ROUNDING_WIDTH * Math.max(...envelope.map(Math.abs));
  const isWide = (ring: Ring): boolean => Math.abs(doubledAreaOf(ring)) > 2 * perimeterOf(ring) * width;
  return polygons
    .filter(([shell]) => shell !== undefined && isWide(shell))
    .map((polygon) => polygon.filter((ring, index) => index === 0 || isWide(ring)));
}

function perimeterOf(ring: Ring): number {
  let sum = 0;
  for (let index = 1; index < ring.length; index++) {
    const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = []] = [ring[index - 1], ring[index]];
    sum += Math.hypot(x1 - x0, y1 - y0);
  }
  return sum;
}

/** Closed rings of a polygon; rings without an area to speak of are left out, with the polygon when it is the shell. */
function toRings({ xy, ends }: Part): number[][][] {
  const rings: number[][][] = [];
  let start = 0;
  for (const [index, end] of ends.entries()) {
    const ring: number[][] = [];
    for (let vertex = start; vertex < end; vertex++) ring.push([xy[vertex * 2] ?? 0, xy[vertex * 2 + 1] ?? 0]);
    const [first, last] = [ring[0], ring.at(-1)];
    if (first && last && (first[0] !== last[0] || first[1] !== last[1])) ring.push(first);
    if (ring.length >= RING_VERTICES_MIN) rings.push(ring);
    else if (index === 0) return [];
    start = end;
  }
  return rings;
}

function toPart(polygon: MultiPolygonCoordinates[number], storedType: number): Part {
  let vertices = 0;
  const ends = polygon.map((ring) => (vertices += ring.length));
  const xy = Float64Array.from(polygon.flatMap((ring) => ring.flatMap(([x = 0, y = 0]) => [x, y])));
  return { xy, ...NO_ORDINATES, ends, storedType };
}
