import type { Ring } from '../../../processors/boundary/geometry.ts';

const closed = (points: readonly (readonly number[])[]): Ring => [...points, points[0] ?? []];

/** A ring around a point whose vertices go back and forth, by so many times their distance, and so cross in places. */
export function jitteredRing(next: () => number, vertices: number, jitter: number): Ring {
  let height = 0;
  return closed(
    Array.from({ length: vertices }, (_, index) => {
      const angle = (2 * Math.PI * (index + jitter * (next() - 0.5))) / vertices;
      // A walk that comes back to where it began, as coasts do.
      height += (next() - 0.5) * 0.02 - height / 50;
      const reach = 4 + Math.sin(3 * angle) + height;
      return [5 + reach * Math.cos(angle), 5 + reach * Math.sin(angle)];
    }),
  );
}

/** A ring with a loop in place of every so many vertices, each of which crosses it once. */
export function loopedRing(vertices: number, every: number): Ring {
  const at = (place: number, reach: number): number[] => {
    const angle = (2 * Math.PI * place) / vertices;
    return [5 + reach * Math.cos(angle), 5 + reach * Math.sin(angle)];
  };
  return closed(
    Array.from({ length: vertices }, (_, index) => {
      const place = index % every;
      if (place === 1) return at(index + 1.2, 4.02);
      return place === 2 ? at(index - 1.2, 4.02) : at(index, 4);
    }),
  );
}

/** A ring that winds round a point several times and crosses itself far apart along its way. */
export function windingRing(vertices: number, turns: number): Ring {
  return closed(
    Array.from({ length: vertices }, (_, index) => {
      const angle = (2 * Math.PI * turns * index) / vertices;
      const reach = 3 + 1.5 * Math.cos(((turns + 0.5) * angle) / turns);
      return [5 + reach * Math.cos(angle), 5 + reach * Math.sin(angle)];
    }),
  );
}
