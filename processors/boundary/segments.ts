import { orient2d } from 'robust-predicates';

/** `x0, y0, x1, y1`. */
export type Segment = readonly [x0: number, y0: number, x1: number, y1: number];

/** Takes a point at which a segment has to be split. */
export type AddSplit = (x: number, y: number) => void;

/**
 * Finds where two segments meet. Calls `splitA` with points strictly inside segment `a`, `splitB` with points strictly
 * inside `b`: their proper crossing, ends of the other that lie exactly on it, ends of a common stretch.
 */
export function splitWhereMeeting(a: Segment, b: Segment, splitA: AddSplit, splitB: AddSplit): void {
  if (areApart(a, b)) return;
  const [ax0, ay0, ax1, ay1] = a;
  const [bx0, by0, bx1, by1] = b;
  const sideOfA0 = Math.sign(orient2d(bx0, by0, bx1, by1, ax0, ay0));
  const sideOfA1 = Math.sign(orient2d(bx0, by0, bx1, by1, ax1, ay1));
  if (sideOfA0 * sideOfA1 > 0) return;
  const sideOfB0 = Math.sign(orient2d(ax0, ay0, ax1, ay1, bx0, by0));
  const sideOfB1 = Math.sign(orient2d(ax0, ay0, ax1, ay1, bx1, by1));
  if (sideOfB0 * sideOfB1 > 0) return;
  if (sideOfA0 * sideOfA1 < 0 && sideOfB0 * sideOfB1 < 0) {
    const [x, y] = crossingPoint(a, b);
    splitA(x, y);
    splitB(x, y);
    return;
  }
  if (sideOfB0 === 0 && isStrictlyBetween(a, bx0, by0)) splitA(bx0, by0);
  if (sideOfB1 === 0 && isStrictlyBetween(a, bx1, by1)) splitA(bx1, by1);
  if (sideOfA0 === 0 && isStrictlyBetween(b, ax0, ay0)) splitB(ax0, ay0);
  if (sideOfA1 === 0 && isStrictlyBetween(b, ax1, ay1)) splitB(ax1, ay1);
}

/** Whether two segments cross properly or share a stretch of more than a point. */
export function crossOrOverlap(a: Segment, b: Segment): boolean {
  if (areApart(a, b)) return false;
  const sideOfA0 = orient2d(b[0], b[1], b[2], b[3], a[0], a[1]);
  const sideOfA1 = orient2d(b[0], b[1], b[2], b[3], a[2], a[3]);
  if (sideOfA0 === 0 && sideOfA1 === 0) return haveCommonStretch(a, b);
  if (!haveOppositeSigns(sideOfA0, sideOfA1)) return false;
  const sideOfB0 = orient2d(a[0], a[1], a[2], a[3], b[0], b[1]);
  const sideOfB1 = orient2d(a[0], a[1], a[2], a[3], b[2], b[3]);
  return haveOppositeSigns(sideOfB0, sideOfB1);
}

/** Whether a segment lies exactly on the line of an edge and shares a stretch with it. */
export function liesAlong(segment: Segment, edge: Segment): boolean {
  return (
    orient2d(edge[0], edge[1], edge[2], edge[3], segment[0], segment[1]) === 0 &&
    orient2d(edge[0], edge[1], edge[2], edge[3], segment[2], segment[3]) === 0 &&
    haveCommonStretch(segment, edge)
  );
}

/** Where along a segment a point on it lies, 0 to 1; by the longer side, so that it is well conditioned. */
export function positionAlong([x0, y0, x1, y1]: Segment, x: number, y: number): number {
  return Math.abs(x1 - x0) >= Math.abs(y1 - y0) ? (x - x0) / (x1 - x0) : (y - y0) / (y1 - y0);
}

/**
 * Both segments are taken from their lower left end on, whatever their direction, so that neighbours that share an
 * edge get the same point, bit for bit.
 */
function crossingPoint(a: Segment, b: Segment): [number, number] {
  const [ax0, ay0, ax1, ay1] = inOneDirection(a);
  const [bx0, by0, bx1, by1] = inOneDirection(b);
  const fromStart = orient2d(bx0, by0, bx1, by1, ax0, ay0);
  const fromEnd = orient2d(bx0, by0, bx1, by1, ax1, ay1);
  const share = fromStart / (fromStart - fromEnd);
  // From the nearer end: the error then is a share of the shorter way.
  return share <= 0.5
    ? [ax0 + share * (ax1 - ax0), ay0 + share * (ay1 - ay0)]
    : [ax1 - (1 - share) * (ax1 - ax0), ay1 - (1 - share) * (ay1 - ay0)];
}

function inOneDirection(segment: Segment): Segment {
  const [x0, y0, x1, y1] = segment;
  return x0 < x1 || (x0 === x1 && y0 <= y1) ? segment : [x1, y1, x0, y0];
}

function areApart(a: Segment, b: Segment): boolean {
  return (
    Math.max(a[0], a[2]) < Math.min(b[0], b[2]) ||
    Math.min(a[0], a[2]) > Math.max(b[0], b[2]) ||
    Math.max(a[1], a[3]) < Math.min(b[1], b[3]) ||
    Math.min(a[1], a[3]) > Math.max(b[1], b[3])
  );
}

function haveOppositeSigns(a: number, b: number): boolean {
  return (a < 0 && b > 0) || (a > 0 && b < 0);
}

/** For collinear segments. */
function haveCommonStretch(a: Segment, b: Segment): boolean {
  const axis = Math.abs(b[2] - b[0]) >= Math.abs(b[3] - b[1]) ? 0 : 1;
  const start = Math.max(Math.min(a[axis], a[axis + 2] ?? 0), Math.min(b[axis], b[axis + 2] ?? 0));
  const end = Math.min(Math.max(a[axis], a[axis + 2] ?? 0), Math.max(b[axis], b[axis + 2] ?? 0));
  return start < end;
}

/** For a point on the line of the segment. */
function isStrictlyBetween([x0, y0, x1, y1]: Segment, x: number, y: number): boolean {
  if ((x === x0 && y === y0) || (x === x1 && y === y1)) return false;
  return x >= Math.min(x0, x1) && x <= Math.max(x0, x1) && y >= Math.min(y0, y1) && y <= Math.max(y0, y1);
}
