import { orient2d } from 'robust-predicates';

/** `x0, y0, x1, y1`. */
export type Segment = readonly [x0: number, y0: number, x1: number, y1: number];

/** A segment that is filled again and again, for those who look at millions of them. */
export type SegmentBuffer = [x0: number, y0: number, x1: number, y1: number];

export type Point = readonly [x: number, y: number];

/** What is to be done where two segments meet. */
export interface Meeting {
  /** Segment `a` is to be split at a point between its ends. */
  splitA(x: number, y: number): void;
  /** Segment `b` is to be split at a point between its ends. */
  splitB(x: number, y: number): void;
  /** An end of `a` lies within reach of an end of `b`, but not on it. */
  identify?(ax: number, ay: number, bx: number, by: number): void;
}

/**
 * Finds where two segments meet: where an end of one lies on the other, or else where they cross properly, which is
 * decided exactly.
 * @param reach how far an end may lie from a segment and still count as on it, so that edges that differ by no more
 * than rounding are taken for one; 0 for none.
 */
export function meetSegments(a: Segment, b: Segment, reach: number, meeting: Meeting): void {
  if (areApart(a, b, reach)) return;
  const startOfA = endTouches(a, 0, b, reach);
  const endOfA = endTouches(a, 2, b, reach);
  const startOfB = endTouches(b, 0, a, reach);
  const endOfB = endTouches(b, 2, a, reach);
  if (startOfA === null && endOfA === null && startOfB === null && endOfB === null) {
    if (crossProperly(a, b)) splitAtCrossing(a, b, meeting);
    return;
  }
  if (startOfA === 'between') meeting.splitB(a[0], a[1]);
  if (endOfA === 'between') meeting.splitB(a[2], a[3]);
  if (startOfB === 'between') meeting.splitA(b[0], b[1]);
  if (endOfB === 'between') meeting.splitA(b[2], b[3]);
  if (startOfA === 'start') meeting.identify?.(a[0], a[1], b[0], b[1]);
  if (startOfA === 'end') meeting.identify?.(a[0], a[1], b[2], b[3]);
  if (endOfA === 'start') meeting.identify?.(a[2], a[3], b[0], b[1]);
  if (endOfA === 'end') meeting.identify?.(a[2], a[3], b[2], b[3]);
}

/** Where the coordinates of a segment's start and end stand. */
type End = 0 | 2;

/** Whether an end of a segment touches another one: at one of its ends, between them, or not. */
function endTouches(of: Segment, end: End, segment: Segment, reach: number): 'start' | 'end' | 'between' | null {
  const x = of[end];
  const y = end === 0 ? of[1] : of[3];
  if (Math.abs(x - segment[0]) <= reach && Math.abs(y - segment[1]) <= reach) return 'start';
  if (Math.abs(x - segment[2]) <= reach && Math.abs(y - segment[3]) <= reach) return 'end';
  // The box first: it is looked at in no time, and few ends lie in it.
  return isWithinBox(x, y, segment, reach) && isOnLine(x, y, segment, reach) ? 'between' : null;
}

/** Whether a point lies within reach of the line through a segment; exact when the reach is 0. */
function isOnLine(x: number, y: number, segment: Segment, reach: number): boolean {
  const side = orient2d(segment[0], segment[1], segment[2], segment[3], x, y);
  if (side === 0 || reach === 0) return side === 0;
  return Math.abs(side) <= reach * Math.sqrt((segment[2] - segment[0]) ** 2 + (segment[3] - segment[1]) ** 2);
}

function isWithinBox(x: number, y: number, segment: Segment, reach: number): boolean {
  return (
    x >= Math.min(segment[0], segment[2]) - reach &&
    x <= Math.max(segment[0], segment[2]) + reach &&
    y >= Math.min(segment[1], segment[3]) - reach &&
    y <= Math.max(segment[1], segment[3]) + reach
  );
}

function crossProperly(a: Segment, b: Segment): boolean {
  const sideOfA0 = orient2d(b[0], b[1], b[2], b[3], a[0], a[1]);
  const sideOfA1 = orient2d(b[0], b[1], b[2], b[3], a[2], a[3]);
  if (!haveOppositeSigns(sideOfA0, sideOfA1)) return false;
  const sideOfB0 = orient2d(a[0], a[1], a[2], a[3], b[0], b[1]);
  const sideOfB1 = orient2d(a[0], a[1], a[2], a[3], b[2], b[3]);
  return haveOppositeSigns(sideOfB0, sideOfB1);
}

/** Whether two segments cross properly or share a stretch of more than a point; exact. */
export function crossOrOverlap(a: Segment, b: Segment): boolean {
  if (areApart(a, b, 0)) return false;
  return liesAlong(a, b, 0) || crossProperly(a, b);
}

/** Whether two segments cross properly or share a stretch, share one point otherwise, or share none; exact. */
export function relationOf(a: Segment, b: Segment): 'crossing' | 'touching' | 'apart' {
  if (areApart(a, b, 0)) return 'apart';
  const sideOfA0 = orient2d(b[0], b[1], b[2], b[3], a[0], a[1]);
  const sideOfA1 = orient2d(b[0], b[1], b[2], b[3], a[2], a[3]);
  if ((sideOfA0 < 0 && sideOfA1 < 0) || (sideOfA0 > 0 && sideOfA1 > 0)) return 'apart';
  const sideOfB0 = orient2d(a[0], a[1], a[2], a[3], b[0], b[1]);
  const sideOfB1 = orient2d(a[0], a[1], a[2], a[3], b[2], b[3]);
  if ((sideOfB0 < 0 && sideOfB1 < 0) || (sideOfB0 > 0 && sideOfB1 > 0)) return 'apart';
  if (haveOppositeSigns(sideOfA0, sideOfA1) && haveOppositeSigns(sideOfB0, sideOfB1)) return 'crossing';
  if (sideOfA0 === 0 && sideOfA1 === 0 && haveCommonStretch(a, b, 0)) return 'crossing';
  return commonPoint(a, b) === null ? 'apart' : 'touching';
}

/** An end of one segment that lies on the other, exactly; null when there is none. */
export function commonPoint(a: Segment, b: Segment): Point | null {
  if (areApart(a, b, 0)) return null;
  if (endTouches(a, 0, b, 0) !== null) return [a[0], a[1]];
  if (endTouches(a, 2, b, 0) !== null) return [a[2], a[3]];
  if (endTouches(b, 0, a, 0) !== null) return [b[0], b[1]];
  return endTouches(b, 2, a, 0) === null ? null : [b[2], b[3]];
}

/** Whether a segment lies on the line of an edge, within reach, and shares a stretch with it. */
export function liesAlong(segment: Segment, edge: Segment, reach: number): boolean {
  return (
    haveCommonStretch(segment, edge, reach) &&
    isOnLine(segment[0], segment[1], edge, reach) &&
    isOnLine(segment[2], segment[3], edge, reach)
  );
}

/**
 * How far a point may be moved by rounding: some units in the last place of the largest coordinate, 70 nm at 180°.
 * A crossing point that was rounded once must be found on its edge again.
 */
export function roundingReach(minX: number, minY: number, maxX: number, maxY: number): number {
  return 16 * Number.EPSILON * Math.max(Math.abs(minX), Math.abs(minY), Math.abs(maxX), Math.abs(maxY));
}

/** Where along a segment a point on it lies, 0 to 1; by the longer side, so that it is well conditioned. */
export function positionAlong(segment: Segment, x: number, y: number): number {
  const width = segment[2] - segment[0];
  const height = segment[3] - segment[1];
  return Math.abs(width) >= Math.abs(height) ? (x - segment[0]) / width : (y - segment[1]) / height;
}

/**
 * Splits two segments where they cross. Both are taken from their lower left end on, whatever their direction, so that
 * neighbours that share an edge get the same point, bit for bit.
 */
function splitAtCrossing(a: Segment, b: Segment, meeting: Meeting): void {
  const startOfA = lowerLeftEnd(a);
  const ax0 = a[startOfA];
  const ay0 = startOfA === 0 ? a[1] : a[3];
  const ax1 = startOfA === 0 ? a[2] : a[0];
  const ay1 = startOfA === 0 ? a[3] : a[1];
  const startOfB = lowerLeftEnd(b);
  const bx0 = b[startOfB];
  const by0 = startOfB === 0 ? b[1] : b[3];
  const bx1 = startOfB === 0 ? b[2] : b[0];
  const by1 = startOfB === 0 ? b[3] : b[1];
  const fromStart = orient2d(bx0, by0, bx1, by1, ax0, ay0);
  const fromEnd = orient2d(bx0, by0, bx1, by1, ax1, ay1);
  const share = fromStart / (fromStart - fromEnd);
  // From the nearer end: the error then is a share of the shorter way.
  const isNearStart = share <= 0.5;
  const x = isNearStart ? ax0 + share * (ax1 - ax0) : ax1 - (1 - share) * (ax1 - ax0);
  const y = isNearStart ? ay0 + share * (ay1 - ay0) : ay1 - (1 - share) * (ay1 - ay0);
  meeting.splitA(x, y);
  meeting.splitB(x, y);
}

function lowerLeftEnd(segment: Segment): End {
  return segment[0] < segment[2] || (segment[0] === segment[2] && segment[1] <= segment[3]) ? 0 : 2;
}

function areApart(a: Segment, b: Segment, reach: number): boolean {
  return (
    Math.max(a[0], a[2]) + reach < Math.min(b[0], b[2]) ||
    Math.min(a[0], a[2]) - reach > Math.max(b[0], b[2]) ||
    Math.max(a[1], a[3]) + reach < Math.min(b[1], b[3]) ||
    Math.min(a[1], a[3]) - reach > Math.max(b[1], b[3])
  );
}

function haveOppositeSigns(a: number, b: number): boolean {
  return (a < 0 && b > 0) || (a > 0 && b < 0);
}

/** For collinear segments. */
function haveCommonStretch(a: Segment, b: Segment, reach: number): boolean {
  const isAcrossX = Math.abs(b[2] - b[0]) >= Math.abs(b[3] - b[1]);
  const a0 = isAcrossX ? a[0] : a[1];
  const a1 = isAcrossX ? a[2] : a[3];
  const b0 = isAcrossX ? b[0] : b[1];
  const b1 = isAcrossX ? b[2] : b[3];
  return Math.max(Math.min(a0, a1), Math.min(b0, b1)) + reach < Math.min(Math.max(a0, a1), Math.max(b0, b1));
}
