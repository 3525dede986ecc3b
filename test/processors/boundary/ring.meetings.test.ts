import { describe, expect, test } from 'vitest';
import { flattenMultiPolygon, type MultiPolygonCoordinates, type Ring } from '../../../processors/boundary/geometry.ts';
import { withoutRepeats } from '../../../processors/boundary/repeats.ts';
import { findMeetings } from '../../../processors/boundary/ring.meetings.ts';
import { edgeAt } from '../../../processors/boundary/rings.ts';
import { relationOf } from '../../../processors/boundary/segments.ts';
import { random, star } from '../cog/polygons.ts';
import { jitteredRing } from './crossing.rings.ts';

const closed = (points: readonly (readonly number[])[]): Ring => [...points, points[0] ?? []];
const several = (count: number, make: () => number[]): Ring => closed(Array.from({ length: count }, make));

/** Pairs of edges that meet and do not follow one another, by comparing each with each. */
function pairsMet(polygons: MultiPolygonCoordinates): { crossing: number; touching: string[] } {
  const { coordinates, ringStarts } = flattenMultiPolygon(polygons);
  const edges: { edge: number; next: number }[] = [];
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    const [first = 0, end = 0] = [ringStarts[ring], ringStarts[ring + 1]];
    for (let edge = first; edge < end - 1; edge++) edges.push({ edge, next: edge + 2 < end ? edge + 1 : first });
  }
  let crossing = 0;
  const touching: string[] = [];
  for (const [index, a] of edges.entries()) {
    for (const b of edges.slice(index + 1)) {
      if (a.next === b.edge || b.next === a.edge) continue;
      const relation = relationOf(edgeAt(coordinates, a.edge), edgeAt(coordinates, b.edge));
      if (relation === 'crossing') crossing++;
      if (relation === 'touching') touching.push(`${a.edge} ${b.edge}`);
    }
  }
  return { crossing, touching };
}

const makers: [name: string, make: (next: () => number) => MultiPolygonCoordinates][] = [
  ['rings of random vertices', (next) => [[several(40, () => [next() * 10, next() * 10])]]],
  ['rings on a fine grid', (next) => [[several(12, () => [Math.floor(next() * 40), Math.floor(next() * 40)])]]],
  ['rings on a coarse grid', (next) => [[several(6, () => [Math.floor(next() * 5), Math.floor(next() * 5)])]]],
  ['polygons that overlap', (next) => [[star(next, 4, 5, 3, 40)], [star(next, 6, 5, 3, 40), star(next, 6, 5, 1, 9)]]],
  ['jittered rings', (next) => [[jitteredRing(next, 200, 3)]]],
];
describe.each(makers)('%s', (_, make) => {
  test('meet where comparing each edge with each finds it, or are left to others', () => {
    const next = random(23);
    let found = 0;
    for (let index = 0; index < 200; index++) {
      const polygons = make(next);
      const rings = withoutRepeats(flattenMultiPolygon(polygons));
      const meetings = findMeetings(rings);
      if (meetings === null) continue;
      found++;
      const { coordinates, isCrossed, touching, splits } = { ...rings, ...meetings };
      if (coordinates.length < polygons.flat(2).length * 2) continue;
      const expected = pairsMet(polygons);
      const pairs = Array.from({ length: touching.length / 2 }, (__, pair) =>
        [...touching.values.subarray(pair * 2, pair * 2 + 2)].sort((a, b) => a - b).join(' '),
      );
      expect(pairs.toSorted()).toEqual(expected.touching.toSorted());
      expect(isCrossed).toBe(expected.crossing > 0);
      if (expected.touching.length === 0) expect(splits.edges.length).toBe(2 * expected.crossing);
    }
    expect(found).toBeGreaterThan(20);
  });
});

test('rings without repeated vertices are not copied, others lose the repeats and stay closed', () => {
  const square = closed([
    [0, 0],
    [2, 0],
    [2, 2],
    [0, 2],
  ]);
  const given = flattenMultiPolygon([[square]]);
  expect(withoutRepeats(given)).toBe(given);
  const repeated = withoutRepeats(
    flattenMultiPolygon([
      [square.flatMap((point) => [point, point])],
      [square.flatMap((point) => [point, point, point])],
    ]),
  );
  expect([...repeated.coordinates]).toEqual([...square.flat(), ...square.flat()]);
  expect([...repeated.ringStarts]).toEqual([0, 5, 10]);
  expect([...repeated.polygonStarts]).toEqual([0, 1, 2]);
});
