import { describe, expect, test } from 'vitest';
import { flattenMultiPolygon, type MultiPolygonCoordinates, type Ring } from '../../../processors/boundary/geometry.ts';
import type { NodingLimits } from '../../../processors/boundary/noding.ts';
import { toCoordinates } from '../../../processors/boundary/overlay.ts';
import { faultOfRings } from '../../../processors/boundary/rings.fault.ts';
import { untangle } from '../../../processors/boundary/union.ts';
import { box, random, star } from '../cog/polygons.ts';
import { judgedByGeos, lineworkAreasByGeos } from './geos.judge.ts';
import { areaOf, lakeWithIsland } from './shapes.ts';

const LIMITS: NodingLimits = { pairTestsMax: 1_000_000, splitsMax: 10_000 };
const ring = (points: readonly (readonly number[])[]): Ring => [...points, points[0] ?? []];
const scribble = (next: () => number, vertices: number): Ring =>
  ring(Array.from({ length: vertices }, () => [next() * 10, next() * 10]));
const [outer = [], middle = [], inner = []] = [box(0, 0, 9, 9), box(1, 1, 8, 8), box(2, 2, 3, 3)].flat(2);

describe('by the even-odd rule', () => {
  const cases: [name: string, polygons: MultiPolygonCoordinates, area: number][] = [
    ['a valid polygon stays what it is', lakeWithIsland(4), areaOf(lakeWithIsland(4))],
    ['a polygon in another is a hole', [[outer], [middle]], 81 - 49],
    ['a polygon in a polygon in another is an island', [[outer], [middle], [inner]], 81 - 49 + 1],
    ['a hole in a hole is an island', [[outer, middle, inner]], 81 - 49 + 1],
    ['a hole outside its shell is a polygon', [[middle, ...(box(20, 0, 21, 1)[0] ?? [])]], 50],
    ['what two polygons hold is outside', [...box(0, 0, 2, 2), ...box(1, 1, 3, 3)], 6],
    ['polygons that share a side are one', [...box(0, 0, 2, 2), ...box(2, 0, 4, 2)], 8],
    [
      'a spike goes',
      [
        [
          ring([
            [0, 0],
            [4, 0],
            [4, 4],
            [4, 8],
            [4, 4],
            [0, 4],
          ]),
        ],
      ],
      16,
    ],
    ['a ring run round twice holds nothing', [[[...outer, ...outer.slice(1)]]], 0],
  ];
  test.each(cases)('%s', (_, polygons, area) => {
    const valid = untangle(flattenMultiPolygon(polygons), LIMITS);
    expect(areaOf(toCoordinates(valid))).toBeCloseTo(area, 12);
    expect(faultOfRings(valid)).toBeNull();
    expect(judgedByGeos([toCoordinates(valid)])[0]?.valid).toBe(true);
  });
});

const makers: [name: string, make: (next: () => number) => MultiPolygonCoordinates][] = [
  ['rings of random vertices', (next) => [[scribble(next, 3 + Math.floor(next() * 20))]]],
  ['polygons of several such rings', (next) => [[scribble(next, 5), scribble(next, 6)], [scribble(next, 7)]]],
  ['stars with holes that cross them', (next) => [[star(next, 5, 5, 4, 30), star(next, 8, 5, 3, 20)]]],
];
test.each(makers)('%s that cross in points only become what GEOS makes of them', (_, make) => {
  const next = random(37);
  const list = Array.from({ length: 150 }, () => make(next));
  const areas = lineworkAreasByGeos(list);
  const valid = list.map((polygons) => untangle(flattenMultiPolygon(polygons), LIMITS));
  judgedByGeos(valid.map(toCoordinates)).forEach((judged, index) => {
    expect(judged.valid).toBe(true);
    expect(Math.abs(judged.area - (areas[index] ?? Number.NaN)), `case ${index}`).toBeLessThan(1e-11);
  });
});

test('what crosses itself more often than may be is refused', () => {
  const tangled = flattenMultiPolygon([[scribble(random(1), 300)]]);
  expect(() => untangle(tangled, LIMITS)).toThrow('meet more than 10000 times');
  expect(() => untangle(tangled, { ...LIMITS, pairTestsMax: 1000 })).toThrow('(at most 1000)');
});
