import type { FlatGeometry } from './geometry.ts';
import { areRingsNested } from './nesting.ts';
import { PointSearch } from './point.search.ts';
import { RingBoxes } from './ring.boxes.ts';
import { findMeetings, type RingMeetings } from './ring.meetings.ts';
import { withoutRepeats } from './repeats.ts';
import { meetingOfRuns } from './ring.runs.ts';
import { findReversedRings } from './rings.ts';
import { crossingIn, isCrowded, isSimple } from './simple.ts';
import { buildEdgeTree } from './tree.build.ts';
import { conflictIn, haveRingsConflict } from './valid.ts';

/**
 * What keeps polygons from being valid: edges that cross or share a stretch; a ring that touches itself or passes
 * through another where they touch; rings that do not lie in one another as shells and holes do.
 */
export type RingsFault = 'crossing' | 'touching' | 'nesting';

/** Vertices up to which rings are looked at without an index of their edges. */
const VERTICES_COMPARED_MAX = 1024;

/** What keeps polygons from being valid, as `isValid` decides it, for small ones without an index; null when they are. */
export function faultOfRings(geometry: FlatGeometry): RingsFault | null {
  if (geometry.coordinates.length / 2 > VERTICES_COMPARED_MAX) return faultByIndex(geometry);
  const meeting = meetingOfRuns(geometry);
  if (meeting === 'crossing') return meeting;
  // Rings may touch one another; whether they do as they may is found out by an index.
  if (meeting === 'touching') return faultByIndex(geometry);
  // A shell alone holds what it holds.
  if (geometry.ringStarts.length <= 2) return null;
  return areRingsNested(geometry, new PointSearch(geometry), findReversedRings(geometry)) ? null : 'nesting';
}

/** As {@link faultOfRings}, where it is known how the edges meet. */
export function faultOfMeetings(
  geometry: FlatGeometry,
  { boxes, isCrossed, touching }: RingMeetings,
): RingsFault | null {
  if (isCrossed) return 'crossing';
  const isFaulty = conflictIn(geometry);
  const pairs = touching.values;
  for (let at = 0; at < touching.length; at += 2) if (isFaulty(pairs[at] ?? 0, pairs[at + 1] ?? 0)) return 'touching';
  return faultOfNesting(geometry, boxes);
}

/** For rings that meet as they may. */
function faultOfNesting(geometry: FlatGeometry, boxes: RingBoxes): RingsFault | null {
  if (geometry.ringStarts.length <= 2) return null;
  return areRingsNested(geometry, new PointSearch(geometry, boxes), findReversedRings(geometry)) ? null : 'nesting';
}

function faultByIndex(geometry: FlatGeometry): RingsFault | null {
  const rings = withoutRepeats(geometry);
  const meetings = findMeetings(rings);
  if (meetings !== null) return faultOfMeetings(rings, meetings);
  const boxes = new RingBoxes(geometry);
  const hasConflict = boxes.hasConflict(conflictIn(geometry));
  if (hasConflict === false) return faultOfNesting(geometry, boxes);
  if (hasConflict === true) {
    const isCrossed = boxes.hasConflict(crossingIn(geometry.coordinates));
    if (isCrossed !== null) return isCrossed ? 'crossing' : 'touching';
  }
  return faultByTree(geometry);
}

function faultByTree(geometry: FlatGeometry): RingsFault | null {
  const tree = buildEdgeTree(geometry);
  if (haveRingsConflict(geometry, tree)) return isSimple(geometry.coordinates, tree) ? 'touching' : 'crossing';
  // Where edges crowd together, finding the sides of many rings would take hours: they are taken for sound.
  if (isCrowded(geometry.coordinates, tree)) return null;
  return areRingsNested(geometry, tree, findReversedRings(geometry)) ? null : 'nesting';
}
