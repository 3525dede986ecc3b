/** Room for rounding in sums of a few products of doubles. */
const ROUNDING = 8 * Number.EPSILON;

/**
 * The x at which an edge crosses the horizontal line at `y`. The lower end comes first whatever the edge's direction,
 * so that two boundaries that share the edge get the same x, bit for bit, and share no point and lose none.
 * Only for edges with {@link spansRow}.
 */
export function crossingX(x0: number, y0: number, x1: number, y1: number, y: number): number {
  return y0 <= y1 ? x0 + ((y - y0) / (y1 - y0)) * (x1 - x0) : x1 + ((y - y1) / (y0 - y1)) * (x0 - x1);
}

/**
 * Whether an edge with its ends on both sides of the vertical line at `x` passes through it above `y`. Decided by where
 * the edge crosses the row at `y`, so that both ways of going round a corner agree, whatever is rounded.
 */
export function passesAbove(x0: number, y0: number, x1: number, y1: number, x: number, y: number): boolean {
  if (!spansRow(y0, y1, y)) return y0 > y;
  const isLowerEndLeft = (y0 <= y1 ? x0 : x1) < x;
  return isLowerEndLeft === crossingX(x0, y0, x1, y1, y) < x;
}

/** Whether an edge counts as crossing the horizontal line at `y`: its lower end belongs to it, its upper end not. */
export function spansRow(y0: number, y1: number, y: number): boolean {
  return y0 <= y !== y1 <= y;
}

/** Whether a segment meets a closed box. Certain when false; true also when rounding leaves it open. */
export function segmentMeetsBox(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  minX: number,
  minY: number,
  maxX: number,
  maxY: number,
): boolean {
  if ((x0 < minX && x1 < minX) || (x0 > maxX && x1 > maxX)) return false;
  if ((y0 < minY && y1 < minY) || (y0 > maxY && y1 > maxY)) return false;
  // The boxes overlap: what can still part them is the line of the segment.
  const dx = x1 - x0;
  const dy = y1 - y0;
  const centreX = (minX + maxX) / 2;
  const centreY = (minY + maxY) / 2;
  const distance = Math.abs(dx * (centreY - y0) - dy * (centreX - x0));
  const reach = (Math.abs(dx) * (maxY - minY) + Math.abs(dy) * (maxX - minX)) / 2;
  const scale =
    Math.abs(dx) * (Math.abs(centreY) + Math.abs(y0)) + Math.abs(dy) * (Math.abs(centreX) + Math.abs(x0)) + reach;
  // Written so that a sum beyond the largest double, which is not a number, leaves it open.
  return !(distance > reach + ROUNDING * scale);
}
