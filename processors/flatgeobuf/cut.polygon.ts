import type { FlatPolygons } from '../boundary/overlay.assemble.ts';
import { isSliver } from '../boundary/rings.ts';
import { withoutRepeats } from '../boundary/repeats.ts';
import { findMeetings } from '../boundary/ring.meetings.ts';
import { faultOfMeetings, faultOfRings } from '../boundary/rings.fault.ts';
import type { Cut } from './cut.ts';
import { cutOtherwise, type CutOtherwise } from './cut.polygon.otherwise.ts';
import type { Cutline } from './cutline.ts';
import type { Part } from './geometry.ts';
import { NO_ORDINATES } from './ordinates.ts';
import { flattenParts } from './polygon.flatten.ts';

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
  const given = flattenParts(polygons);
  if (given.ringStarts.length < 2) return { kind: 'none' };
  const storedType = polygons[0]?.storedType ?? 0;
  const isLarge = given.coordinates.length / 2 >= LARGE_VERTICES_MIN;
  const geometry = isLarge ? withoutRepeats(given) : given;
  const meetings = isLarge ? findMeetings(geometry) : null;
  // The overlay releases the boxes.
  const faultOfLarge = meetings && faultOfMeetings(geometry, meetings);
  if (meetings !== null && faultOfLarge !== null) {
    return toCut(await cutOtherwise(geometry, faultOfLarge, null, cutline, what, meetings), storedType);
  }
  const isNoded = meetings !== null && meetings.splits.edges.length === 0;
  const result = isNoded ? cutline.overlay.of(geometry, meetings.boxes, meetings.isMet) : cutline.overlay.of(geometry);
  if (result.kind === 'all' || result.kind === 'none') return { kind: result.kind };
  const overlaid = result.kind === 'part' ? result.polygons : null;
  const fault = meetings === null ? faultOfRings(geometry) : null;
  if (result.kind === 'part' && fault === null && !result.isCrossed) return toCut(result, storedType);
  const refusal = fault ?? (overlaid === null ? 'undecided' : 'rounding');
  return toCut(await cutOtherwise(geometry, refusal, fault === null ? overlaid : null, cutline, what), storedType);
}

function toCut({ polygons, ...how }: Pick<CutOtherwise, 'polygons'> & Partial<CutOtherwise>, storedType: number): Cut {
  if (polygons === null) return { kind: 'all' };
  const pieces = toParts(polygons, storedType);
  if (pieces.length === 0) return { kind: 'none' };
  const { note, isCovered } = how;
  return note === undefined || isCovered === undefined
    ? { kind: 'part', pieces }
    : { kind: 'part', pieces, note, isCovered };
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
