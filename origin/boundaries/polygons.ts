import * as z from 'zod';
import type { MultiPolygonCoordinates, Ring } from '../../processors/boundary/geometry.ts';

// Looked at in place: a schema for each position would copy them all, at several times their memory and time.
const polygonCoordinates = z.custom<readonly Ring[]>(isPolygon);
const multiPolygonCoordinates = z.custom<MultiPolygonCoordinates>((value) => isListOf(value, isPolygon));

/** Geometries that a boundary can be made of (RFC 7946, sections 3.1.6 and 3.1.7). */
export const polygonalSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: polygonCoordinates }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: multiPolygonCoordinates }),
]);
export type Polygonal = z.infer<typeof polygonalSchema>;

function isPolygon(value: unknown): value is readonly Ring[] {
  return isListOf(value, isRing);
}

function isRing(value: unknown): value is Ring {
  return Array.isArray(value) && value.every(isPosition);
}

function isPosition(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length >= 2 && value.every(Number.isFinite);
}

/** Whether a value is a list of one or more of a kind. */
function isListOf<T>(value: unknown, isOne: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.length > 0 && value.every(isOne);
}

/** The polygons of either type, as a MultiPolygon has them. */
export function toMultiPolygon(geometry: Polygonal): MultiPolygonCoordinates {
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
}

/** Positions of all rings, the closing ones too. */
export function countVertices(polygons: MultiPolygonCoordinates): number {
  return polygons.reduce((sum, rings) => rings.reduce((inner, ring) => inner + ring.length, sum), 0);
}

/** West, south, east, north of all parts; west > east when the antimeridian is crossed. */
export type Envelope = [west: number, south: number, east: number, north: number];

/**
 * Bounding box as RFC 7946, section 5.2 has it: for parts on both sides of the antimeridian, which are split there,
 * the box goes the short way round, so that west > east.
 */
export function envelopeOf(polygons: MultiPolygonCoordinates): Envelope {
  const parts = polygons.map(planarEnvelope).sort(([a], [b]) => a - b);
  const west = parts[0]?.[0] ?? Infinity;
  const south = parts.reduce((furthest, part) => Math.min(furthest, part[1]), Infinity);
  const east = parts.reduce((furthest, part) => Math.max(furthest, part[2]), -Infinity);
  const north = parts.reduce((furthest, part) => Math.max(furthest, part[3]), -Infinity);
  const gap = west === -180 && east === 180 ? widestGap(parts) : null;
  return gap === null ? [west, south, east, north] : [gap.end, south, gap.start, north];
}

function planarEnvelope(polygon: MultiPolygonCoordinates[number]): Envelope {
  const envelope: Envelope = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x = Number.NaN, y = Number.NaN] of polygon.flat()) {
    envelope[0] = Math.min(envelope[0], x);
    envelope[1] = Math.min(envelope[1], y);
    envelope[2] = Math.max(envelope[2], x);
    envelope[3] = Math.max(envelope[3], y);
  }
  return envelope;
}

/** The widest range of longitudes that no part reaches; null when there is none. The parts ascend by their west. */
function widestGap(parts: readonly Envelope[]): { start: number; end: number } | null {
  let widest: { start: number; end: number } | null = null;
  let reached = Infinity;
  for (const [west, , east] of parts) {
    if (west > reached && (widest === null || west - reached > widest.end - widest.start)) {
      widest = { start: reached, end: west };
    }
    reached = reached === Infinity ? east : Math.max(reached, east);
  }
  return widest;
}

/** A triangle, closed. */
const RING_POSITIONS_MIN = 4;

/** What keeps a geometry from being stored, before its validity is looked at; null when there is nothing. */
export function coordinateFault(polygons: MultiPolygonCoordinates): string | null {
  for (const ring of polygons.flat()) {
    const fault = ringFault(ring);
    if (fault !== null) return fault;
  }
  return null;
}

function ringFault(ring: Ring): string | null {
  const [first, last] = [ring[0], ring.at(-1)];
  if (first === undefined || last === undefined || ring.length < RING_POSITIONS_MIN) {
    return `a ring has ${ring.length} positions; it needs at least ${RING_POSITIONS_MIN}`;
  }
  if (first[0] !== last[0] || first[1] !== last[1]) {
    return `a ring starts at ${first.join(',')} and ends at ${last.join(',')}; it must end where it starts`;
  }
  const outside = ring.find(([x, y]) => !isWithin(x, 180) || !isWithin(y, 90));
  return outside === undefined
    ? null
    : `the position ${outside.join(',')} is not a longitude from -180 to 180 and a latitude from -90 to 90`;
}

function isWithin(value: number | undefined, limit: number): boolean {
  // False for NaN as well.
  return value !== undefined && Math.abs(value) <= limit;
}
