import type { PreparedBoundary } from '../boundary/prepared.ts';
import type { Cut } from './cut.ts';
import type { Part } from './geometry.ts';
import { ordinatesAt } from './ordinates.ts';
import { Places } from './places.ts';

/** Keeps the points that the boundary holds, by the half-open rule that the raster mask follows too. */
export function cutPoints(points: Part, boundary: PreparedBoundary): Cut {
  const { xy, storedType } = points;
  const count = xy.length / 2;
  const kept: number[] = [];
  for (let point = 0; point < count; point++) {
    if (boundary.containsPoint(xy[point * 2] ?? 0, xy[point * 2 + 1] ?? 0)) kept.push(point);
  }
  if (kept.length === count) return { kind: 'all' };
  if (kept.length === 0) return { kind: 'none' };
  const xyKept = Float64Array.from(kept.flatMap((point) => [xy[point * 2] ?? 0, xy[point * 2 + 1] ?? 0]));
  // A MultiPoint has no ends: one piece holds all its points.
  const places = new Places(kept.length);
  for (const point of kept) places.addVertex(point);
  const ordinates = ordinatesAt(points, places);
  return { kind: 'part', pieces: [{ xy: xyKept, ...ordinates, ends: [kept.length], storedType }] };
}
