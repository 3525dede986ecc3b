import { describe, expect, test } from 'vitest';
import {
  envelopeOf,
  type FlatGeometry,
  flattenMultiPolygon,
  type MultiPolygonCoordinates,
  type Ring,
} from '../../../processors/boundary/geometry.ts';
import { toCoordinates } from '../../../processors/boundary/overlay.ts';
import { type ResolvedRings, resolveRings } from '../../../processors/boundary/resolve.rings.ts';
import { faultOfRings } from '../../../processors/boundary/rings.fault.ts';
import { untangle } from '../../../processors/boundary/union.ts';
import { box, random, star } from '../cog/polygons.ts';
import { jitteredRing, loopedRing, windingRing } from './crossing.rings.ts';
import { judgedByGeos, lineworkAreasByGeos } from './geos.judge.ts';
import { areaOf, comb, lakeWithIsland } from './shapes.ts';

const ring = (points: readonly (readonly number[])[]): Ring => [...points, points[0] ?? []];
const scribble = (next: () => number, vertices: number): Ring =>
  ring(Array.from({ length: vertices }, () => [next() * 10, next() * 10]));
const square = (west: number, south: number, size: number): Ring =>
  box(west, south, west + size, south + size)[0]?.[0] ?? [];
const resolve = (polygons: MultiPolygonCoordinates): ResolvedRings | null =>
  resolveRings(flattenMultiPolygon(polygons));

function resolved(polygons: MultiPolygonCoordinates): ResolvedRings {
  const rings = resolve(polygons);
  if (rings === null) throw new Error('The polygons were not resolved.');
  return rings;
}

const withEnvelope = (rings: ResolvedRings): FlatGeometry => ({ ...rings, envelope: envelopeOf(rings.coordinates) });

describe('by the even-odd rule', () => {
  const bowTie = ring([
    [0, 0],
    [4, 4],
    [4, 0],
    [0, 4],
  ]);
  const cases: [name: string, polygons: MultiPolygonCoordinates, area: number, rings: number][] = [
    ['a valid polygon stays what it is', lakeWithIsland(4), areaOf(lakeWithIsland(4)), 3],
    ['a bow-tie is two triangles', [[bowTie]], 8, 2],
    ['a clockwise shell is turned', [[square(0, 0, 3).toReversed()]], 9, 1],
    ['a polygon in another is a hole', [[square(0, 0, 9)], [square(1, 1, 7)]], 81 - 49, 2],
    ['a polygon in that is an island', [[square(0, 0, 9)], [square(1, 1, 7)], [square(2, 2, 1)]], 81 - 49 + 1, 3],
    ['a hole in a hole is an island', [[square(0, 0, 9), square(1, 1, 7), square(2, 2, 1)]], 81 - 49 + 1, 3],
    ['a hole outside its shell is a polygon', [[square(1, 1, 7), square(20, 0, 1)]], 50, 2],
    ['what two polygons hold is outside', [[square(0, 0, 2)], [square(1, 1, 2)]], 6, 2],
    ['a bow-tie in a square is two holes that touch', [[square(-1, -1, 6)], [bowTie]], 36 - 8, 3],
    [
      'what lies in a bow-tie in a square lies in a hole',
      [[square(-1, -1, 6)], [bowTie], [square(0.2, 1.9, 0.2)]],
      28.04,
      4,
    ],
    [
      'a hole in an island of a lake is found its shell',
      [
        [square(0, 0, 9), square(1, 1, 7)],
        [square(2, 2, 5), square(3, 3, 1)],
      ],
      32 + 24,
      4,
    ],
    ['polygons that touch in a corner stay apart', [[square(0, 0, 2)], [square(2, 2, 2)]], 8, 2],
    [
      'a hole that touches its shell in a corner stays one',
      [
        [
          square(0, 0, 4),
          ring([
            [0, 0],
            [2, 1],
            [1, 2],
          ]),
        ],
      ],
      14.5,
      2,
    ],
    [
      'a ring that touches itself around a hole has one',
      [
        [
          ring([
            [4, 0],
            [6, 3],
            [2, 3],
            [4, 0],
            [0, 0],
            [0, 9],
            [9, 9],
            [9, 0],
          ]),
        ],
      ],
      81 - 6,
      2,
    ],
    ['repeated vertices go', [[bowTie.flatMap((point) => [point, point])]], 8, 2],
    [
      'a vertex on an edge parts it',
      [
        [
          ring([
            [0, 0],
            [4, 0],
            [4, 4],
            [2, 0],
            [0, 4],
          ]),
        ],
      ],
      8,
      2,
    ],
  ];
  test.each(cases)('%s', (_, polygons, area, rings) => {
    const valid = resolved(polygons);
    expect(areaOf(toCoordinates(valid))).toBeCloseTo(area, 12);
    expect(valid.ringStarts.length - 1).toBe(rings);
    expect(faultOfRings(withEnvelope(valid))).toBeNull();
    expect(judgedByGeos([toCoordinates(valid)])[0]?.valid).toBe(true);
  });
});

const makers: [name: string, make: (next: () => number) => MultiPolygonCoordinates][] = [
  ['rings of random vertices', (next) => [[scribble(next, 3 + Math.floor(next() * 30))]]],
  ['polygons of several such rings', (next) => [[scribble(next, 5), scribble(next, 6)], [scribble(next, 7)]]],
  ['stars with holes that cross them', (next) => [[star(next, 5, 5, 4, 30), star(next, 8, 5, 3, 20)]]],
  [
    'stars in stars',
    (next) => [
      [star(next, 5, 5, 5, 20), star(next, 5, 5, 2, 12)],
      [star(next, 5, 5, 1, 8)],
      [star(next, 2 + 6 * next(), 5, 0.5, 6)],
    ],
  ],
  ['jittered rings', (next) => [[jitteredRing(next, 400, 3)]]],
  ['jittered rings of polygons that overlap', (next) => [[jitteredRing(next, 60, 2)], [star(next, 9, 5, 3, 40)]]],
  ['winding rings', (next) => [[windingRing(40 + Math.floor(next() * 100), 2 + Math.floor(next() * 4))]]],
];
describe.each(makers)('%s that cross in points only', (_, make) => {
  const next = random(37);
  const list = Array.from({ length: 150 }, () => make(next));
  const valid = list.map(resolved);

  test('become what GEOS makes of them', () => {
    const areas = lineworkAreasByGeos(list);
    judgedByGeos(valid.map(toCoordinates)).forEach((judged, index) => {
      const area = areas[index] ?? Number.NaN;
      expect(judged.valid).toBe(true);
      expect(Math.abs(judged.area - area), `case ${index}`).toBeLessThan(1e-12 * area + 1e-14);
    });
  });

  test('keep each vertex where it is', () => {
    valid.forEach(({ coordinates }, index) => {
      const found = new Set(
        Array.from({ length: coordinates.length / 2 }, (__, at) => `${coordinates.subarray(at * 2, at * 2 + 2)}`),
      );
      const given = list[index]?.flat(2).map(String) ?? [];
      expect(given.filter((vertex) => !found.has(vertex))).toEqual([]);
    });
  });

  test('have each vertex marked that is in the place of another', () => {
    for (const { coordinates, ringStarts, isMet } of valid) {
      const places = new Map<string, number>();
      for (let of = 0; of + 1 < ringStarts.length; of++) {
        for (let vertex = ringStarts[of] ?? 0; vertex < (ringStarts[of + 1] ?? 0) - 1; vertex++) {
          const key = `${coordinates.subarray(vertex * 2, vertex * 2 + 2)}`;
          const other = places.get(key);
          if (other !== undefined) expect([isMet[vertex], isMet[other]]).toEqual([1, 1]);
          places.set(key, vertex);
        }
      }
    }
  });
});

test.each<[name: string, ring: Ring, rings: number]>([
  ['that crosses itself 25,000 times', loopedRing(100_000, 4), 25_001],
  ['that winds round fifty times', windingRing(100_000, 50), 1_200],
  ['that is jittered', jitteredRing(random(5), 100_000, 3), 4_000],
])('a ring of 100,000 vertices %s becomes what the sweep makes of it', (_, of, rings) => {
  const valid = resolved([[of]]);
  const expected = untangle(flattenMultiPolygon([[of]]), { pairTestsMax: 2e8, splitsMax: 1e6 });
  expect(valid.ringStarts.length).toBe(expected.ringStarts.length);
  expect(valid.ringStarts.length).toBeGreaterThan(rings);
  expect(Math.abs(areaOf(toCoordinates(valid)) / areaOf(toCoordinates(expected)) - 1)).toBeLessThan(1e-12);
  expect(faultOfRings(withEnvelope(valid))).toBeNull();
});

test.each<[name: string, polygons: MultiPolygonCoordinates]>([
  [
    'a spike',
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
  ],
  [
    'a spike at the end of the ring',
    [
      [
        ring([
          [0, 0],
          [4, 0],
          [4, 4],
          [0, 4],
          [0, -2],
        ]),
      ],
    ],
  ],
  ['polygons with a common side', [[square(0, 0, 2)], [square(2, 0, 2)]]],
  ['the same polygon twice', [[square(0, 0, 2)], [square(0, 0, 2)]]],
  ['a ring run round twice', [[[...square(0, 0, 2), ...square(0, 0, 2).slice(1)]]]],
  [
    'a ring without an area',
    [
      [
        ring([
          [0, 0],
          [4, 4],
          [2, 2],
        ]),
      ],
    ],
  ],
  [
    'a thousand long teeth that crowd together',
    comb(4000, 1e-3, 10).map(([shell = []]) => [shell, shell.map(([x = 0, y = 0]) => [y * 1e-3, x * 1e3])]),
  ],
  [
    'two thousand triangles that touch in one point',
    Array.from({ length: 2000 }, (_, index) => {
      const [from, to] = [(index * Math.PI) / 1000, ((index + 0.5) * Math.PI) / 1000];
      return [
        ring([
          [5, 5],
          [5 + Math.cos(from), 5 + Math.sin(from)],
          [5 + Math.cos(to), 5 + Math.sin(to)],
        ]),
      ];
    }),
  ],
])('edges that share stretches, crowd together or meet too often are left to others: %s', (_, polygons) => {
  expect(resolve(polygons)).toBeNull();
});
