import { describe, expect, test } from 'vitest';
import type { MultiPolygonCoordinates, Ring } from '../../../processors/boundary/geometry.ts';
import { overlay, type Overlay } from '../../../processors/boundary/overlay.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import { box, random, star } from '../cog/polygons.ts';
import { areaOf, comb } from './shapes.ts';

const prepare = (polygons: MultiPolygonCoordinates) => prepareBoundary(polygons, '0'.repeat(64));

function areaOfResult(subject: MultiPolygonCoordinates, result: Overlay): number {
  if (result.kind === 'undecided') return Number.NaN;
  return result.kind === 'all' ? areaOf(subject) : result.kind === 'none' ? 0 : areaOf(result.polygons);
}

const shifted = (ring: Ring, dx: number, dy: number): Ring => ring.map(([x = 0, y = 0]) => [x + dx, y + dy]);

/** Everything around a ring, as far as any subject reaches. */
function around(ring: Ring): MultiPolygonCoordinates {
  return [[...(box(-90, -90, 100, 100)[0] ?? []), ring]];
}

type Next = () => number;
const kinds: [name: string, ring: (next: Next) => Ring][] = [
  ['stars', (next) => star(next, 4 + 2 * next(), 4 + 2 * next(), 1 + 3 * next(), 3 + Math.floor(next() * 80))],
  ['combs', (next) => shifted(comb(3 + Math.floor(next() * 30), 3 + next(), 5)[0]?.[0] ?? [], next() * 4, next() * 3)],
  [
    'slivers',
    (next) =>
      shifted(
        [
          [0, 0],
          [9, 7],
          [9 - next() * 1e-6, 7 + 1e-6],
          [0, 0],
        ],
        next(),
        next(),
      ),
  ],
  ['squares on a grid, with sides in common', (next) => gridSquare(next)],
  [
    'squares a few 1e-15 off a grid',
    (next) => gridSquare(next).map(([x = 0, y = 0]) => [x + (x === 0 ? 0 : 1e-15), y - (y === 0 ? 0 : 2e-15)]),
  ],
];

function gridSquare(next: Next): Ring {
  const [west, south] = [Math.floor(next() * 5), Math.floor(next() * 5)];
  return box(west, south, west + 1 + Math.floor(next() * 4), south + 1 + Math.floor(next() * 4))[0]?.[0] ?? [];
}

describe.each(kinds)('%s', (_, makeSubject) => {
  test.each(kinds)('cut by %s and by what is around them add up, whichever cuts which', (__, makeBoundary) => {
    const next = random(23);
    for (let index = 0; index < 60; index++) {
      const [subject, boundary]: [Ring, Ring] = [makeSubject(next), makeBoundary(next)];
      const area = areaOf([[subject]]);
      const within = areaOfResult([[subject]], overlay(prepare([[subject]]), prepare([[boundary]])));
      const outside = areaOfResult([[subject]], overlay(prepare([[subject]]), prepare(around(boundary))));
      const turned = areaOfResult([[boundary]], overlay(prepare([[boundary]]), prepare([[subject]])));
      expect(Math.abs(within + outside - area), `case ${index}`).toBeLessThanOrEqual(1e-12 * Math.max(area, 1));
      expect(Math.abs(within - turned), `case ${index}`).toBeLessThanOrEqual(1e-12 * Math.max(area, 1));
    }
  });
});
