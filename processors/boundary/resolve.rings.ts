import type { FlatGeometry } from './geometry.ts';
import { withoutRepeats } from './repeats.ts';
import { withSplits } from './noding.ts';
import { partIntoArcs } from './ring.arcs.ts';
import { type Faces, traceFaces } from './ring.faces.ts';
import type { RingBoxes } from './ring.boxes.ts';
import { findMeetings, type RingMeetings } from './ring.meetings.ts';
import { findSides } from './ring.sides.ts';
import { roundingReach } from './segments.ts';

/** Rounding a crossing point may make its edges cross others by a hair, which the next pass finds. Two are usual. */
const PASSES_MAX = 6;

/** Valid polygons, with an index of the rings that they were made of: both hold the same points. */
export interface ResolvedRings extends Faces {
  readonly boxes: RingBoxes;
}

/**
 * Makes polygons whose rings meet in points only valid by the even-odd rule, as `untangle` does, in a fraction of its
 * time: crossings become vertices, and only what lies between them is looked at, not each edge. No vertex is moved.
 * @param known where the rings meet, when that has been found; they then have no repeated vertices.
 * @returns null when edges share a stretch, crowd together or meet too often, or when rounding hides how rings lie.
 */
export function resolveRings(geometry: FlatGeometry, known: RingMeetings | null = null): ResolvedRings | null {
  let rings = known === null ? withoutRepeats(geometry) : geometry;
  let meetings = known ?? findMeetings(rings);
  for (let pass = 0; meetings !== null && meetings.splits.edges.length > 0; pass++) {
    if (pass === PASSES_MAX) return null;
    rings = withSplits(rings, meetings.splits);
    meetings = findMeetings(rings);
  }
  if (meetings === null) return null;
  const { boxes, isMet } = meetings;
  const reach = roundingReach(...rings.envelope);
  const arcs = partIntoArcs(rings, isMet);
  const faces = traceFaces(arcs, findSides(arcs, boxes, reach), boxes, reach);
  return faces === null ? null : { ...faces, boxes };
}
