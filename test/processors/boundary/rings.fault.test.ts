import { describe, expect, test } from 'vitest';
import {
  type FlatGeometry,
  flattenMultiPolygon,
  type MultiPolygonCoordinates,
  type Ring,
} from '../../../processors/boundary/geometry.ts';
import { faultOfRings, type RingsFault } from '../../../processors/boundary/rings.fault.ts';
import { box, random, star } from '../cog/polygons.ts';
import { judgedByGeos } from './geos.judge.ts';
import { comb, lakeWithIsland, slivers } from './shapes.ts';

const ring = (...points: readonly (readonly [number, number])[]): Ring => [...points, points[0] ?? [0, 0]];
const square = (west: number, south: number, size: number): Ring =>
  box(west, south, west + size, south + size)[0]?.[0] ?? [];
const touchingItself = ring([0, 0], [4, 0], [4, 4], [2, 0], [0, 4]);
const throughItself = ring([-2, 1], [0, 2], [2, 3], [2, 1], [-2, 3]);

const cases: [name: string, polygons: MultiPolygonCoordinates, fault: RingsFault | null][] = [
  ['nothing at all', [], null],
  ['a square', [[square(0, 0, 4)]], null],
  ['a clockwise square', [[square(0, 0, 4).toReversed()]], null],
  ['a triangle', [[ring([0, 0], [4, 0], [0, 4])]], null],
  [
    'repeated vertices, where the ring closes too',
    [[ring([0, 0], [0, 0], [4, 0], [4, 4], [4, 4], [0, 4], [0, 0])]],
    null,
  ],
  ['vertices along a side', [[ring([0, 0], [1, 0], [3, 0], [4, 0], [4, 4], [0, 4], [0, 2])]], null],
  ['a comb', comb(30, 9, 9), null],
  ['slivers', slivers(3, 5), null],
  ['a lake with an island', lakeWithIsland(4), null],
  ['squares that touch in a corner', [[square(0, 0, 2)], [square(2, 2, 2)]], null],
  ['a hole that touches its shell in a corner', [[square(0, 0, 4), ring([0, 0], [2, 1], [1, 2])]], null],
  ['a hole that touches the middle of a side', [[square(0, 0, 4), ring([2, 0], [3, 1], [1, 1])]], null],
  ['a bow-tie', [[ring([0, 0], [2, 2], [2, 0], [0, 2])]], 'crossing'],
  ['squares that overlap', [[square(0, 0, 4)], [square(2, 2, 4)]], 'crossing'],
  ['squares that share a side', [[square(0, 0, 4)], [square(4, 0, 4)]], 'crossing'],
  ['squares that share a part of a side', [[square(0, 0, 4)], [square(4, 1, 2)]], 'crossing'],
  ['a spike', [[ring([0, 0], [4, 0], [4, 4], [4, 8], [4, 4], [0, 4])]], 'crossing'],
  ['an upright spike at its left end', [[ring([0, 0], [4, 0], [4, 4], [0, 4], [0, 8], [0, 4])]], 'crossing'],
  ['a ring without area', [[ring([0, 0], [4, 4], [2, 2])]], 'crossing'],
  ['a ring run round twice', [[[...square(0, 0, 4), ...square(0, 0, 4).slice(1)]]], 'crossing'],
  ['a ring that touches its own edge', [[touchingItself]], 'touching'],
  ['a ring that touches itself in a vertex', [[ring([0, 0], [2, 2], [4, 0], [4, 4], [2, 2], [0, 4])]], 'touching'],
  ['a ring that crosses itself in a vertex', [[ring([0, 0], [2, 2], [4, 4], [4, 0], [2, 2], [0, 4])]], 'touching'],
  ['a ring through its own edge in a vertex of one', [[throughItself]], 'touching'],
  ['rings through each other in two vertices', [[diamond(2)], [ring([0, -2], [3, 0], [0, 2], [1, 0])]], 'touching'],
  ['a hole outside its shell', [[square(0, 0, 4), square(6, 0, 2)]], 'nesting'],
  ['a hole around its shell', [[square(1, 1, 2), square(0, 0, 4)]], 'nesting'],
  ['a hole in a hole', [[square(0, 0, 9), square(1, 1, 4), square(2, 2, 1)]], 'nesting'],
  ['a polygon in another', [[square(0, 0, 9)], [square(1, 1, 4)]], 'nesting'],
];

function diamond(size: number): Ring {
  return ring([-size, 0], [0, -size], [size, 0], [0, size]);
}

/** The same shape with so many vertices that an index is asked: each edge is halved until there are enough. */
function withManyVertices(polygons: MultiPolygonCoordinates): FlatGeometry {
  const far = Array.from({ length: 1200 }, (_, index): readonly [number, number] => {
    const angle = (2 * Math.PI * index) / 1200;
    return [1000 + Math.cos(angle), 1000 + Math.sin(angle)];
  });
  return flattenMultiPolygon([...polygons, [ring(...far)]]);
}

describe('the fault of', () => {
  test.each(cases)('%s', (_, polygons, fault) => {
    expect(faultOfRings(flattenMultiPolygon(polygons))).toBe(fault);
  });

  test.each(cases)('%s, beside a ring of many vertices', (_, polygons, fault) => {
    expect(faultOfRings(withManyVertices(polygons))).toBe(fault);
  });

  test('all of them is none just where GEOS takes them for valid', () => {
    const judged = judgedByGeos(cases.map(([, polygons]) => polygons));
    cases.forEach(([name, , fault], index) => expect([name, judged[index]?.valid]).toEqual([name, fault === null]));
  });
});

describe('polygons at random', () => {
  const onGrid = (next: () => number): [number, number] => [Math.floor(next() * 7), Math.floor(next() * 7)];
  const makers: [name: string, make: (next: () => number) => MultiPolygonCoordinates][] = [
    ['rings of vertices on a grid', (next) => [[ring(...Array.from({ length: 4 + next() * 3 }, () => onGrid(next)))]]],
    ['pairs of triangles on a grid', (next) => [0, 1].map(() => [ring(onGrid(next), onGrid(next), onGrid(next))])],
    ['stars with a star for a hole', (next) => [[star(next, 0, 0, 4, 20), star(next, next() * 4, 0, 1 + next(), 9)]]],
    ['pairs of stars', (next) => [[star(next, 0, 0, 2, 12)], [star(next, 4 * next(), 4 * next(), 2, 12)]]],
  ];
  test.each(makers)('have a fault just where GEOS finds one: %s', (_, make) => {
    const next = random(29);
    const list = Array.from({ length: 1500 }, () => make(next)).filter((polygons) => polygons.flat().every(hasArea));
    const judged = judgedByGeos(list);
    expect(judged.filter(({ valid }) => valid).length).toBeGreaterThan(list.length / 50);
    list.forEach((polygons, index) => {
      const isSound = faultOfRings(flattenMultiPolygon(polygons)) === null;
      expect(isSound, JSON.stringify(polygons)).toBe(judged[index]?.valid);
      expect(faultOfRings(withManyVertices(polygons)) === null, JSON.stringify(polygons)).toBe(isSound);
    });
  });

  /** GEOS asks for an area before anything else; here it does not matter. */
  function hasArea(of: Ring): boolean {
    return new Set(of.map(String)).size > 2;
  }
});
