import type { FlatGeometry } from '../boundary/geometry.ts';
import { Problem } from '../../cache/problem.ts';
import type { Crs } from './crs.ts';

/** After 24 halvings an edge of 10 degrees is centimetres long: what is still far apart then is a jump, not a bend. */
const HALVINGS_MAX = 24;
/** Jumps up to this many tolerances are let pass: approximations by tables (Robinson) have small ones. */
const JUMP_MAX_TOLERANCES = 10_000;
/** An edge of which one of four parts has more than this share of its length may be torn there. */
const STEP_SHARE_MAX = 0.75;
/** Bounds the memory of one boundary to about 1 GiB, and its time. */
const VERTICES_MAX = 50_000_000;
/** Where along an edge its bend is measured; three places, since an S-shaped edge meets its chord in the middle. */
const PROBES = [0.25, 0.5, 0.75] as const;

/** West, south, east, north of all that has to be projected, in degrees. */
export type DegreesBox = readonly [west: number, south: number, east: number, north: number];

/**
 * Projects a boundary in such a way that straight edges in longitude and latitude bend as they should: vertices are
 * added until no edge lies further than `tolerance` (units of the target CRS) from its true course. Edges are halved
 * in one direction whichever way they run, so that boundaries that share an edge share its projected form.
 *
 * Rings that lie wholly outside `needed` are left out.
 * @throws {Problem} `unsupported-source` when an edge has no projection or is torn apart by it.
 */
export function projectGeometry(geometry: FlatGeometry, crs: Crs, tolerance: number, needed: DegreesBox): FlatGeometry {
  const { coordinates, ringStarts, polygonStarts } = geometry;
  const out: number[] = [];
  const outRings = [0];
  const outPolygons = [0];
  for (let polygon = 0; polygon + 1 < polygonStarts.length; polygon++) {
    for (let ring = polygonStarts[polygon] ?? 0; ring < (polygonStarts[polygon + 1] ?? 0); ring++) {
      const first = ringStarts[ring] ?? 0;
      const end = ringStarts[ring + 1] ?? 0;
      if (!meets(coordinates, first, end, needed)) continue;
      projectRing(coordinates, first, end, crs, tolerance, out);
      outRings.push(out.length / 2);
    }
    outPolygons.push(outRings.length - 1);
  }
  return {
    coordinates: Float64Array.from(out),
    ringStarts: Uint32Array.from(outRings),
    polygonStarts: Uint32Array.from(outPolygons),
    envelope: envelopeOf(out),
  };
}

function projectRing(
  coordinates: Float64Array,
  first: number,
  end: number,
  crs: Crs,
  tolerance: number,
  out: number[],
): void {
  for (let vertex = first; vertex < end; vertex++) {
    const longitude = coordinates[vertex * 2] ?? Number.NaN;
    const latitude = coordinates[vertex * 2 + 1] ?? Number.NaN;
    out.push(...project(crs, longitude, latitude, tolerance));
    if (vertex + 1 < end) {
      const nextLongitude = coordinates[vertex * 2 + 2] ?? Number.NaN;
      const nextLatitude = coordinates[vertex * 2 + 3] ?? Number.NaN;
      pushBend(crs, tolerance, [longitude, latitude], [nextLongitude, nextLatitude], out);
    }
  }
}

type Pair = readonly [number, number];

/** Appends the vertices between the ends of one edge. */
function pushBend(crs: Crs, tolerance: number, from: Pair, to: Pair, out: number[]): void {
  const forwards = from[0] < to[0] || (from[0] === to[0] && from[1] <= to[1]);
  const [low, high] = forwards ? [from, to] : [to, from];
  const start = out.length;
  const place = (pair: Pair): Pair => project(crs, ...pair, tolerance);
  halve(low, place(low), high, place(high), 0);
  if (!forwards) reversePairs(out, start);

  function halve(a: Pair, projectedA: Pair, b: Pair, projectedB: Pair, depth: number): void {
    const probes = PROBES.map((t) => place([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]));
    const isStraight = probes.every((probe) => distanceToSegment(probe, projectedA, projectedB) <= tolerance);
    const jumpMax = tolerance * JUMP_MAX_TOLERANCES;
    if (isStraight && isEven([projectedA, ...probes, projectedB], jumpMax)) return;
    if (depth >= HALVINGS_MAX && distance(projectedA, projectedB) <= jumpMax) return;
    if (depth >= HALVINGS_MAX || out.length > VERTICES_MAX * 2) {
      throw new Problem(
        'unsupported-source',
        `The boundary cannot be projected to ${crs.name}: its edge near ${a[0].toFixed(3)}, ${a[1].toFixed(3)} ` +
          'is torn apart by the projection.',
      );
    }
    const middle: Pair = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const projectedMiddle = place(middle);
    halve(a, projectedA, middle, projectedMiddle, depth + 1);
    out.push(...projectedMiddle);
    halve(middle, projectedMiddle, b, projectedB, depth + 1);
  }
}

function reversePairs(values: number[], start: number): void {
  for (let low = start, high = values.length - 2; low < high; low += 2, high -= 2) {
    for (const ordinate of [0, 1]) {
      const kept = values[low + ordinate] ?? Number.NaN;
      values[low + ordinate] = values[high + ordinate] ?? Number.NaN;
      values[high + ordinate] = kept;
    }
  }
}

/** Latitude that stands for a pole where a projection (Mercator) puts the pole at infinity. */
const NEARLY_POLE_DEGREES = 90 - 1e-6;
const ANTIMERIDIAN_DEGREES = 180;

/**
 * Boundaries are split at ±180°. Where the projection joins both sides again (around a pole), they get the very same
 * places, so that the two edges cancel out and no pixel on them is lost.
 */
function project(crs: Crs, longitude: number, latitude: number, tolerance: number): Pair {
  const point = projectAt(crs, longitude, latitude);
  if (longitude !== ANTIMERIDIAN_DEGREES) return point;
  const other = projectAt(crs, -ANTIMERIDIAN_DEGREES, latitude);
  return distance(point, other) <= tolerance ? other : point;
}

function projectAt(crs: Crs, longitude: number, latitude: number): Pair {
  const point = crs.forward(longitude, latitude);
  if (Number.isFinite(point[0]) && Number.isFinite(point[1])) return point;
  const inside = Math.max(-NEARLY_POLE_DEGREES, Math.min(NEARLY_POLE_DEGREES, latitude));
  const nearly = crs.forward(longitude, inside);
  if (Number.isFinite(nearly[0]) && Number.isFinite(nearly[1])) return nearly;
  throw new Problem(
    'unsupported-source',
    `The boundary cannot be projected to ${crs.name}: it has no place for ${longitude}, ${latitude}.`,
  );
}

/** Whether points follow each other without a jump. */
function isEven(points: readonly Pair[], jumpMax: number): boolean {
  const steps = points.slice(1).map((point, index) => distance(points[index] ?? point, point));
  const longest = Math.max(...steps);
  return longest <= jumpMax || longest <= STEP_SHARE_MAX * steps.reduce((sum, step) => sum + step, 0);
}

function distance(a: Pair, b: Pair): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function distanceToSegment(point: Pair, a: Pair, b: Pair): number {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const lengthSquared = dx * dx + dy * dy;
  const along = lengthSquared === 0 ? 0 : ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / lengthSquared;
  const t = Math.max(0, Math.min(1, along));
  return Math.hypot(point[0] - a[0] - t * dx, point[1] - a[1] - t * dy);
}

function meets(coordinates: Float64Array, first: number, end: number, box: DegreesBox): boolean {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let vertex = first; vertex < end; vertex++) {
    const longitude = coordinates[vertex * 2] ?? Number.NaN;
    const latitude = coordinates[vertex * 2 + 1] ?? Number.NaN;
    west = Math.min(west, longitude);
    east = Math.max(east, longitude);
    south = Math.min(south, latitude);
    north = Math.max(north, latitude);
  }
  return west <= box[2] && east >= box[0] && south <= box[3] && north >= box[1];
}

function envelopeOf(values: readonly number[]): FlatGeometry['envelope'] {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < values.length; at += 2) {
    const x = values[at] ?? Number.NaN;
    const y = values[at + 1] ?? Number.NaN;
    minX = Math.min(minX, x);
    minY = Math.min(minY, y);
    maxX = Math.max(maxX, x);
    maxY = Math.max(maxY, y);
  }
  return [minX, minY, maxX, maxY];
}
