import type { FlatGeometry } from './geometry.ts';
import { areRingsNested } from './nesting.ts';
import { PointSearch } from './point.search.ts';
import { RingBoxes } from './ring.boxes.ts';
import { meetingOfRuns } from './ring.runs.ts';
import { edgeAt, findReversedRings, ringOf } from './rings.ts';
import { relationOf } from './segments.ts';
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

/**
 * The boxes of polygons whose edges meet only where they follow one another, so that all that may be wrong with them is
 * how their rings lie; null when edges meet otherwise, or crowd together.
 */
export function boxesOfRingsApart(geometry: FlatGeometry): RingBoxes | null {
  const { coordinates, ringStarts } = geometry;
  const isFaulty = conflictIn(geometry);
  const boxes = new RingBoxes(geometry);
  const isMet = boxes.hasConflict((edge, other) => {
    if (isFaulty(edge, other)) return true;
    if (ringStarts.length <= 2 || ringOf(ringStarts, edge) === ringOf(ringStarts, other)) return false;
    return relationOf(edgeAt(coordinates, edge), edgeAt(coordinates, other)) !== 'apart';
  });
  return isMet === false ? boxes : null;
}

/** As {@link faultOfRings}, for polygons of {@link boxesOfRingsApart}. */
export function faultOfRingsApart(geometry: FlatGeometry, boxes: RingBoxes): RingsFault | null {
  if (geometry.ringStarts.length <= 2) return null;
  return areRingsNested(geometry, new PointSearch(geometry, boxes), findReversedRings(geometry)) ? null : 'nesting';
}

function faultByIndex(geometry: FlatGeometry): RingsFault | null {
  const boxes = new RingBoxes(geometry);
  const hasConflict = boxes.hasConflict(conflictIn(geometry));
  if (hasConflict === false) return faultOfRingsApart(geometry, boxes);
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
