import { envelopeOf, type FlatGeometry, VERTICES_MAX } from '../boundary/geometry.ts';
import { GrowingFloat64 } from '../boundary/growing.float64.ts';
import { Problem } from '../../cache/problem.ts';
import type { Crs } from './crs.ts';

/** After 24 halvings an edge of 10 degrees is centimetres long: what is still far apart then is a jump, not a bend. */
const HALVINGS_MAX = 24;
/** Jumps up to this many tolerances are let pass: approximations by tables (Robinson) have small ones. */
const JUMP_MAX_TOLERANCES = 10_000;
/** An edge of which one of four parts has more than this share of its length may be torn there. */
const STEP_SHARE_MAX = 0.75;
/** Where along an edge its bend is measured; three places, since an S-shaped edge meets its chord in the middle. */
const PROBES = [0.25, 0.5, 0.75] as const;

/** West, south, east, north of all that has to be projected, in degrees. */
export type DegreesBox = readonly [west: number, south: number, east: number, north: number];

/** Least x, least y, greatest x, greatest y, in units of the target CRS. */
export type Extent = readonly [minX: number, minY: number, maxX: number, maxY: number];

/** How edges are to be projected. */
interface Course {
  readonly crs: Crs;
  readonly tolerance: number;
  /** Where the tolerance has to be kept; null when everywhere. */
  readonly extent: Extent | null;
}

/**
 * Projects a boundary in such a way that straight edges in longitude and latitude bend as they should: vertices are
 * added until no edge lies further than `tolerance` (units of the target CRS) from its true course. Edges are halved
 * in one direction whichever way they run, so that boundaries that share an edge share its projected form.
 *
 * Rings that lie wholly outside `needed` are left out. With an `extent`, edges need to keep the tolerance only there:
 * elsewhere they may run otherwise, but on the same side of all that lies in it, which saves most of the work for a
 * small raster in a large boundary.
 * @throws {Problem} `unsupported-source` when an edge has no projection, is torn apart by it, or bends so much that more
 * vertices would be added than a boundary may have.
 */
export function projectGeometry(
  geometry: FlatGeometry,
  crs: Crs,
  tolerance: number,
  needed: DegreesBox,
  extent: Extent | null = null,
): FlatGeometry {
  const course = { crs, tolerance, extent };
  const { coordinates, ringStarts, polygonStarts } = geometry;
  const out = new GrowingFloat64(coordinates.length);
  const outRings = [0];
  const outPolygons = [0];
  for (let polygon = 0; polygon + 1 < polygonStarts.length; polygon++) {
    for (let ring = polygonStarts[polygon] ?? 0; ring < (polygonStarts[polygon + 1] ?? 0); ring++) {
      const first = ringStarts[ring] ?? 0;
      const end = ringStarts[ring + 1] ?? 0;
      if (!meets(coordinates, first, end, needed)) continue;
      projectRing(coordinates, first, end, course, out);
      outRings.push(out.length / 2);
    }
    outPolygons.push(outRings.length - 1);
  }
  const projected = out.toArray();
  return {
    coordinates: projected,
    ringStarts: Uint32Array.from(outRings),
    polygonStarts: Uint32Array.from(outPolygons),
    envelope: envelopeOf(projected),
  };
}

function projectRing(coordinates: Float64Array, first: number, end: number, course: Course, out: GrowingFloat64): void {
  let last: Vertex | null = null;
  for (let vertex = first; vertex < end; vertex++) {
    const place: Pair = [coordinates[vertex * 2] ?? Number.NaN, coordinates[vertex * 2 + 1] ?? Number.NaN];
    const here = { place, projected: project(course, ...place) };
    if (last !== null) pushBend(course, last, here, out);
    pushPair(out, here.projected);
    last = here;
  }
}

type Pair = readonly [number, number];

/** Longitude and latitude, and where they are in the target CRS. */
interface Vertex {
  readonly place: Pair;
  readonly projected: Pair;
}

function pushPair(out: GrowingFloat64, [x, y]: Pair): void {
  out.push(x);
  out.push(y);
}

/** Appends the vertices between the ends of one edge. */
function pushBend(course: Course, from: Vertex, to: Vertex, out: GrowingFloat64): void {
  const { crs, tolerance } = course;
  const [longitude, nextLongitude] = [from.place[0], to.place[0]];
  const forwards = longitude < nextLongitude || (longitude === nextLongitude && from.place[1] <= to.place[1]);
  const [low, high] = forwards ? [from, to] : [to, from];
  const start = out.length;
  const place = (pair: Pair): Pair => project(course, ...pair);
  halve(low.place, low.projected, high.place, high.projected, 0);
  if (!forwards) reversePairs(out.values, start, out.length);

  function halve(a: Pair, projectedA: Pair, b: Pair, projectedB: Pair, depth: number): void {
    const probes = PROBES.map((t) => place([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]));
    const points = [projectedA, ...probes, projectedB];
    if (isFar(points, course)) return;
    const isStraight = probes.every((probe) => distanceToSegment(probe, projectedA, projectedB) <= tolerance);
    const jumpMax = tolerance * JUMP_MAX_TOLERANCES;
    if (isStraight && isEven(points, jumpMax)) return;
    if (depth >= HALVINGS_MAX && distance(projectedA, projectedB) <= jumpMax) return;
    if (out.length > VERTICES_MAX * 2) {
      throw new Problem(
        'unsupported-source',
        `The boundary bends so much in ${crs.name} that more than ${VERTICES_MAX} vertices would be needed.`,
      );
    }
    if (depth >= HALVINGS_MAX) {
      throw new Problem(
        'unsupported-source',
        `The boundary cannot be projected to ${crs.name}: its edge near ${a[0].toFixed(3)}, ${a[1].toFixed(3)} ` +
          'is torn apart by the projection.',
      );
    }
    const middle: Pair = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const projectedMiddle = place(middle);
    halve(a, projectedA, middle, projectedMiddle, depth + 1);
    pushPair(out, projectedMiddle);
    halve(middle, projectedMiddle, b, projectedB, depth + 1);
  }
}

function reversePairs(values: Float64Array, start: number, end: number): void {
  for (let low = start, high = end - 2; low < high; low += 2, high -= 2) {
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
function project({ crs, tolerance }: Course, longitude: number, latitude: number): Pair {
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

/**
 * Whether an edge and its chord both lie on one side of the extent. None of them strays further from the middle of the
 * edge than half its length; twice that leaves room for what lies between the probes.
 */
function isFar(points: readonly Pair[], { extent }: Course): boolean {
  const middle = points[Math.floor(points.length / 2)];
  if (extent === null || middle === undefined) return false;
  const [minX, minY, maxX, maxY] = extent;
  const dx = Math.max(minX - middle[0], 0, middle[0] - maxX);
  const dy = Math.max(minY - middle[1], 0, middle[1] - maxY);
  return Math.hypot(dx, dy) > stepsOf(points).reduce((sum, step) => sum + step, 0);
}

function stepsOf(points: readonly Pair[]): number[] {
  return points.slice(1).map((point, index) => distance(points[index] ?? point, point));
}

/** Whether points follow each other without a jump. */
function isEven(points: readonly Pair[], jumpMax: number): boolean {
  const steps = stepsOf(points);
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
