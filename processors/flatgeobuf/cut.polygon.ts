import { envelopeOf, type FlatGeometry, flattenMultiPolygon } from '../boundary/geometry.ts';
import type { FlatPolygons } from '../boundary/overlay.assemble.ts';
import { isSliver } from '../boundary/rings.ts';
import { boxesOfRingsApart, faultOfRings, faultOfRingsApart } from '../boundary/rings.fault.ts';
import type { Cut } from './cut.ts';
import { cutOtherwise, type CutOtherwise } from './cut.polygon.otherwise.ts';
import type { Cutline } from './cutline.ts';
import type { Part } from './geometry.ts';
import { NO_ORDINATES } from './ordinates.ts';

/** A triangle, closed. */
const RING_VERTICES_MIN = 4;
/** Vertices from which it is found out first whether edges meet: where they do not, the overlay has much less to do. */
const LARGE_VERTICES_MIN = 20_000;

/**
 * Cuts polygons at the boundary. The edges are overlaid exactly; crossing points are rounded to doubles. Where that
 * makes edges of the result cross by a hair, where the overlay cannot decide, or where the feature is not valid, other
 * means are taken, and the cut's note says so.
 * @param what names the feature in the report and in errors.
 * @throws {Problem} `invalid-source` when none can cut it: nothing is dropped silently.
 */
export async function cutPolygons(polygons: readonly Part[], cutline: Cutline, what: string): Promise<Cut> {
  const geometry = flatten(polygons);
  if (geometry.ringStarts.length < 2) return { kind: 'none' };
  const apart = geometry.coordinates.length / 2 >= LARGE_VERTICES_MIN ? boxesOfRingsApart(geometry) : null;
  const result = cutline.overlay.of(geometry, apart);
  if (result.kind === 'all' || result.kind === 'none') return { kind: result.kind };
  const storedType = polygons[0]?.storedType ?? 0;
  const overlaid = result.kind === 'part' ? result.polygons : null;
  const fault = apart === null ? faultOfRings(geometry) : faultOfRingsApart(geometry, apart);
  if (result.kind === 'part' && fault === null && !result.isCrossed) return toCut(toParts(result.polygons, storedType));
  const refusal = fault ?? (overlaid === null ? 'undecided' : 'rounding');
  const means = await cutOtherwise(geometry, refusal, fault === null ? overlaid : null, cutline, what);
  return toCut(toParts(means.polygons, storedType), means);
}

function toCut(pieces: Part[], means?: CutOtherwise): Cut {
  if (pieces.length === 0) return { kind: 'none' };
  return means === undefined
    ? { kind: 'part', pieces }
    : { kind: 'part', pieces, note: means.note, isCovered: means.isCovered };
}

/** Closed rings of polygons; rings without an area to speak of are left out, with the polygon when it is the shell. */
function flatten(polygons: readonly Part[]): FlatGeometry {
  const [only] = polygons;
  if (polygons.length === 1 && only !== undefined && isReady(only)) {
    return {
      coordinates: only.xy,
      ringStarts: Uint32Array.of(0, ...only.ends),
      polygonStarts: Uint32Array.of(0, only.ends.length),
      envelope: envelopeOf(only.xy),
    };
  }
  return flattenMultiPolygon(polygons.map(toRings).filter((rings) => rings.length > 0));
}

/** Whether all rings are closed and long enough. */
function isReady({ xy, ends }: Part): boolean {
  let start = 0;
  return ends.every((end) => {
    const isClosed = xy[start * 2] === xy[end * 2 - 2] && xy[start * 2 + 1] === xy[end * 2 - 1];
    const isLong = end - start >= RING_VERTICES_MIN;
    start = end;
    return isClosed && isLong;
  });
}

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

/** One part for each polygon, without polygons and holes that are no wider than what rounding moves a point. */
function toParts({ coordinates, ringStarts, polygonStarts }: FlatPolygons, storedType: number): Part[] {
  const parts: Part[] = [];
  for (let polygon = 0; polygon + 1 < polygonStarts.length; polygon++) {
    const shell = polygonStarts[polygon] ?? 0;
    if (isSliver(coordinates, ringStarts[shell] ?? 0, ringStarts[shell + 1] ?? 0)) continue;
    const rings: Float64Array[] = [];
    for (let ring = shell; ring < (polygonStarts[polygon + 1] ?? 0); ring++) {
      const [start = 0, end = 0] = [ringStarts[ring], ringStarts[ring + 1]];
      if (ring === shell || !isSliver(coordinates, start, end)) rings.push(coordinates.subarray(start * 2, end * 2));
    }
    parts.push(toPart(rings, storedType));
  }
  return parts;
}

function toPart(rings: readonly Float64Array[], storedType: number): Part {
  let vertices = 0;
  const ends = rings.map((ring) => (vertices += ring.length / 2));
  const [only] = rings;
  if (rings.length === 1 && only !== undefined) return { xy: only, ...NO_ORDINATES, ends, storedType };
  const xy = new Float64Array(vertices * 2);
  rings.forEach((ring, index) => xy.set(ring, (ends[index] ?? 0) * 2 - ring.length));
  return { xy, ...NO_ORDINATES, ends, storedType };
}
