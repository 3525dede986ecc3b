import type { MultiPolygonCoordinates, Ring } from '../../../processors/boundary/geometry.ts';

/** A subject and a boundary that rounding makes hard to overlay. */
export interface Pair {
  subject: MultiPolygonCoordinates;
  boundary: MultiPolygonCoordinates;
}

type Next = () => number;
type Point = readonly [x: number, y: number];

/**
 * A needle whose tip reaches over the edge of a square by some 1e-12 to 1e-7, where it is so narrow that both crossing
 * points are rounded to the same place or past each other. At 170° east, where doubles are 3e-14 apart.
 */
export function needleOverEdge(next: Next): Pair {
  const tip: Point = [170 + next(), 40 + next()];
  const [angle, length, width] = [next() * 2 * Math.PI, 1 + next() * 5, 10 ** (-3 - next() * 9)];
  const base = step(tip, angle, length);
  const across = step(tip, angle, 10 ** (-7 - next() * 6));
  const along = next() * 2 * Math.PI;
  const [start, end] = [step(across, along, 3), step(across, along, -3)];
  const corners = [start, end, step(end, along + 1.57, 8), step(start, along + 1.57, 8)];
  return {
    subject: [[closed([tip, base, step(base, angle + Math.PI / 2, width)])]],
    boundary: [[closed(corners)]],
  };
}

/** Polygons whose vertices lie on a grid but for a few units in the last place. */
export function nearlyOnGrid(next: Next): Pair {
  const size = 3 + Math.floor(next() * 3);
  const ring = (): Ring =>
    closed(Array.from({ length: size }, (): Point => [170 + nearInteger(next, 3), 40 + nearInteger(next, 3)]));
  return { subject: [[ring()]], boundary: [[ring()]] };
}

function nearInteger(next: Next, count: number): number {
  const kind = Math.floor(next() * 3);
  const units = kind === 0 ? 0 : Math.round((next() - 0.5) * (kind === 1 ? 8 : 60));
  return Math.floor(next() * count) + units * 170 * Number.EPSILON;
}

function step([x, y]: Point, angle: number, length: number): Point {
  return [x + length * Math.cos(angle), y + length * Math.sin(angle)];
}

function closed(points: readonly Point[]): Ring {
  return [...points, points[0] ?? [0, 0]];
}
