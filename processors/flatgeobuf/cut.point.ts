import type { PreparedBoundary } from '../boundary/prepared.ts';
import type { Cut } from './cut.ts';
import type { Part } from './feature.ts';

/** Keeps the points that the boundary holds, by the half-open rule that the raster mask follows too. */
export function cutPoints(points: Part, boundary: PreparedBoundary): Cut {
  const count = points.xy.length / 2;
  const kept: number[] = [];
  for (let point = 0; point < count; point++) {
    if (boundary.containsPoint(points.xy[point * 2] ?? 0, points.xy[point * 2 + 1] ?? 0)) kept.push(point);
  }
  if (kept.length === count) return { kind: 'all' };
  if (kept.length === 0) return { kind: 'none' };
  const pick = (values: Float64Array | null): Float64Array | null =>
    values === null ? null : Float64Array.from(kept, (point) => values[point] ?? 0);
  const xy = Float64Array.from(kept.flatMap((point) => [points.xy[point * 2] ?? 0, points.xy[point * 2 + 1] ?? 0]));
  // A MultiPoint has no ends: one piece holds all its points.
  const piece: Part = { xy, z: pick(points.z), m: pick(points.m), ends: [kept.length], storedType: points.storedType };
  return { kind: 'part', pieces: [piece] };
}
