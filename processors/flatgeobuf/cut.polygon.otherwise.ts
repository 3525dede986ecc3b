import { Problem } from '../../cache/problem.ts';
import { isEntangled } from '../boundary/entangled.ts';
import { envelopeOf, type FlatGeometry, flattenMultiPolygon } from '../boundary/geometry.ts';
import { cutLocalPiece } from '../boundary/local.piece.ts';
import type { NodingLimits } from '../boundary/noding.ts';
import type { FlatPolygons } from '../boundary/overlay.assemble.ts';
import { type ResolvedRings, resolveRings } from '../boundary/resolve.rings.ts';
import type { RingMeetings } from '../boundary/ring.meetings.ts';
import { faultOfRings, type RingsFault } from '../boundary/rings.fault.ts';
import { untangle } from '../boundary/union.ts';
import type { Cutline } from './cutline.ts';

/** Why the overlay's result is not taken. */
export type Refusal = RingsFault | 'undecided' | 'rounding';

const REASONS: Readonly<Record<Refusal, string>> = {
  crossing: 'its edges cross',
  touching: 'its rings touch where they may not',
  nesting: 'its rings do not lie in one another as shells and holes do',
  undecided: 'the overlay could not close its rings',
  rounding: 'rounding made its new edges cross',
};
/** Crossings up to which GEOS makes a feature valid, half a second; its time grows with more than their square. */
const CROSSINGS_BY_GEOS_MAX = 1000;
/** For making one feature valid: some two seconds, and 60 MB. */
const LIMITS: NodingLimits = { pairTestsMax: 200_000_000, splitsMax: 100_000 };
/** Shares of the feature's size by which its box is moved for another try after GEOS has failed. */
const NUDGES = [0, 0.031, 0.067, 0.113];
const EMPTY: FlatPolygons = {
  coordinates: new Float64Array(),
  ringStarts: Uint32Array.of(0),
  polygonStarts: Uint32Array.of(0),
};

/** What is left of a feature, and a sentence for the report about how that was found. */
export interface CutOtherwise {
  /** Null when nothing is cut off. */
  readonly polygons: FlatPolygons | null;
  readonly note: string;
  /** Made valid, the feature lies inside the boundary. */
  readonly isCovered: boolean;
}

/**
 * Cuts polygons that the overlay cannot cut as they are. Where only rounding has gone wrong its result is made valid;
 * otherwise the feature is made valid by the even-odd rule and overlaid again. Where its edges share stretches, which
 * that cannot take, GEOS makes it valid and cuts it at the boundary's local piece; and where GEOS cannot, or would take
 * long, a sweep over all edges makes it valid.
 * @param overlaid the overlay's result where its edges cross by rounding, else null.
 * @param what names the feature.
 * @param meetings where the polygons' edges meet, when that is known.
 * @throws {Problem} `invalid-source` when nothing helps: nothing is dropped silently.
 */
export async function cutOtherwise(
  geometry: FlatGeometry,
  refusal: Refusal,
  overlaid: FlatPolygons | null,
  cutline: Cutline,
  what: string,
  meetings: RingMeetings | null = null,
): Promise<CutOtherwise> {
  const since = `since ${REASONS[refusal]}.`;
  const resolved = overlaid && untangled(overlaid);
  if (resolved !== null) {
    return { polygons: resolved, note: `${what} was made valid after the cut, ${since}`, isCovered: false };
  }
  const byRings = await cutByRings(geometry, refusal, meetings, cutline);
  if (byRings !== null) return { ...byRings, note: `${what} was made valid before the cut, ${since}` };
  if (refusal !== 'crossing' || !isEntangled(geometry, CROSSINGS_BY_GEOS_MAX)) {
    const byGeos = await cutByGeos(geometry, cutline);
    if (byGeos !== null) {
      const isCovered = byGeos.polygonStarts.length > 1 && isWithin(untangled(geometry), cutline);
      return { polygons: byGeos, note: `${what} was cut by GEOS, ${since}`, isCovered };
    }
  }
  const valid = untangled(geometry);
  const byOverlay = valid && (await cutValid({ ...valid, envelope: geometry.envelope }, cutline));
  if (byOverlay !== null) {
    const isCovered = isWithin(valid, cutline);
    return { polygons: byOverlay, note: `${what} was made valid before the cut, ${since}`, isCovered };
  }
  throw new Problem(
    'invalid-source',
    `${what} cannot be cut, ${since.slice(0, -1)}, and its ${geometry.coordinates.length / 2} vertices are too many or ` +
      'cross too often to be made valid on the way. Make it valid first, as ST_MakeValid does.',
  );
}

/** Whether nothing of valid polygons lies outside; not when there are none. */
function isWithin(valid: FlatPolygons | null, { overlay }: Cutline): boolean {
  return valid !== null && overlay.of({ ...valid, envelope: envelopeOf(valid.coordinates) }).kind === 'all';
}

/** Valid polygons by the even-odd rule; null when that would take too long. */
function untangled(polygons: FlatPolygons): FlatPolygons | null {
  const geometry = { ...polygons, envelope: envelopeOf(polygons.coordinates) };
  const rings = resolveRings(geometry);
  if (rings !== null && faultOfRings({ ...rings, envelope: geometry.envelope }) === null) return rings;
  try {
    const valid = untangle(geometry, LIMITS);
    return faultOfRings(valid) === null ? valid : null;
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

/** Cuts polygons whose faults are points where rings meet, and how they lie; null for others. */
async function cutByRings(
  geometry: FlatGeometry,
  refusal: Refusal,
  meetings: RingMeetings | null,
  cutline: Cutline,
): Promise<Omit<CutOtherwise, 'note'> | null> {
  if (refusal === 'undecided' || refusal === 'rounding') return null;
  const rings = resolveRings(geometry, meetings);
  if (rings === null) return null;
  const valid = { ...rings, envelope: geometry.envelope };
  const polygons = await cutValid(valid, cutline, rings);
  return polygons && { polygons: polygons === valid ? null : polygons, isCovered: polygons === valid };
}

async function cutByGeos(geometry: FlatGeometry, cutline: Cutline): Promise<FlatPolygons | null> {
  const geos = await cutline.geos();
  const [minX, minY, maxX, maxY] = geometry.envelope;
  const sizeOfBox = Math.max(maxX - minX, maxY - minY);
  for (const nudge of NUDGES) {
    const room = nudge * sizeOfBox;
    const piece = cutLocalPiece(cutline.boundary, minX - room, minY - room, maxX + room, maxY + room);
    const result = geos.intersection(geometry, flattenMultiPolygon(piece));
    if (result !== null) return result;
  }
  return null;
}

/** Cuts polygons that were made valid; null when the overlay cannot do that either. */
async function cutValid(
  valid: FlatGeometry,
  cutline: Cutline,
  rings: ResolvedRings | null = null,
): Promise<FlatPolygons | null> {
  const result = rings === null ? cutline.overlay.of(valid) : cutline.overlay.of(valid, rings.boxes, rings.isMet);
  if (result.kind === 'all') return valid;
  if (result.kind === 'none') return EMPTY;
  if (result.kind === 'part') return result.isCrossed ? untangled(result.polygons) : result.polygons;
  return cutByGeos(valid, cutline);
}
