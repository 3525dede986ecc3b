import { boxRing } from '../../../cache/bbox.ts';
import type { MultiPolygonCoordinates, Ring } from '../../../processors/boundary/geometry.ts';

/** A generator of numbers from 0 to 1 that gives the same ones for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A star-shaped ring. */
export function star(next: () => number, x: number, y: number, radius: number, vertices: number): Ring {
  const ring = Array.from({ length: vertices }, (_, index) => {
    const angle = (2 * Math.PI * index) / vertices;
    const reach = radius * (0.4 + 0.6 * next());
    return [x + reach * Math.cos(angle), y + reach * Math.sin(angle)];
  });
  return [...ring, ring[0] ?? [x, y]];
}

/** Several stars beside each other, each with a hole, within a box. */
export function stars(
  seed: number,
  [west, south, east, north]: readonly [number, number, number, number],
): MultiPolygonCoordinates {
  const next = random(seed);
  const columns = 1 + Math.floor(next() * 3);
  const width = (east - west) / columns;
  return Array.from({ length: columns }, (_, index) => {
    const radius = Math.min(width, north - south) * (0.3 + 0.2 * next());
    const x = west + width * (index + 0.5);
    const y = south + (north - south) * (0.4 + 0.2 * next());
    return [star(next, x, y, radius, 5 + Math.floor(next() * 60)), star(next, x, y, radius * 0.3, 7)];
  });
}

/** A rectangle. */
export function box(west: number, south: number, east: number, north: number): MultiPolygonCoordinates {
  return [[boxRing([west, south, east, north])]];
}
