import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { FlatGeometry, MultiPolygonCoordinates, Ring } from '../../../processors/boundary/geometry.ts';
import { prepareBoundary, prepareGeometry } from '../../../processors/boundary/prepare.ts';
import type { PreparedBoundary } from '../../../processors/boundary/prepared.ts';
import { doubledArea } from '../../../processors/boundary/rings.ts';
import { withoutCrossings } from '../../../processors/boundary/without.crossings.ts';
import { box, random } from '../cog/polygons.ts';
import { flatRing, tiltedComb } from './shapes.ts';

const DIGEST = '0'.repeat(64);

/** Areas of what GEOS makes of polygons (ST_MakeValid with the method "structure", as boundaries are loaded). */
function geosAreas(cases: readonly MultiPolygonCoordinates[]): number[] {
  const script = path.join(import.meta.dirname, 'valid.py');
  const output = execFileSync('/usr/bin/python3', [script], { input: JSON.stringify(cases), maxBuffer: 2 ** 26 });
  return z.array(z.number()).parse(JSON.parse(output.toString()));
}

function areaOfGeometry({ coordinates, ringStarts, polygonStarts }: FlatGeometry): number {
  let sum = 0;
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    const area = Math.abs(doubledArea(coordinates, ringStarts[ring] ?? 0, ringStarts[ring + 1] ?? 0)) / 2;
    sum += polygonStarts.includes(ring) ? area : -area;
  }
  return sum;
}

const ringOf = (...points: [number, number][]): Ring => [...points, points[0] ?? [0, 0]];
const square = (west: number, south: number, size: number): Ring =>
  box(west, south, west + size, south + size)[0]?.[0] ?? [];
const pentagram = Array.from({ length: 5 }, (_, index): [number, number] => {
  const angle = (4 * Math.PI * index) / 5;
  return [Math.cos(angle), Math.sin(angle)];
});

const faults: [name: string, polygons: MultiPolygonCoordinates][] = [
  ['a bow-tie', [[ringOf([0, 0], [2, 2], [2, 0], [0, 2])]]],
  ['a pentagram, whose middle is run round twice', [[ringOf(...pentagram)]]],
  ['a ring run round twice', [[[...square(0, 0, 4), ...square(0, 0, 4).slice(1)]]]],
  ['a loop inside a ring that undoes it', [[ringOf([0, 0], [4, 0], [4, 4], [0, 4], [0, 0], [0, 3], [3, 3], [3, 0])]]],
  [
    'a ring that touches itself around a hole',
    [[ringOf([0, 0], [4, 0], [2, 3], [0, 0], [0, 9], [9, 9], [9, 0], [0, 0])]],
  ],
  ['a ring that crosses itself in a vertex', [[ringOf([6, 3], [4, 0], [0, 4], [2, 1], [1, 3])]]],
  ['loops on both sides that share a vertex', [[ringOf([7, 0], [6, 3], [3, 4], [7, 0], [0, 1], [2, 6], [1, 2])]]],
  ['polygons that overlap', [[square(0, 0, 4)], [square(2, 2, 4)]]],
  ['a polygon inside another', [[square(0, 0, 4)], [square(1, 1, 2)]]],
  ['the same polygon twice', [[square(0, 0, 4)], [square(0, 0, 4)]]],
  ['polygons that share a side', [[square(0, 0, 4)], [square(4, 0, 4)]]],
  ['polygons that share a part of a side', [[square(0, 0, 4)], [square(4, 1, 2)]]],
  ['a polygon that fills the hole of another', [[square(0, 0, 9), square(1, 1, 4)], [square(1, 1, 4)]]],
  ['a hole outside its shell', [[square(0, 0, 4), square(6, 0, 2)]]],
  ['a hole outside its shell that touches it', [[square(0, 0, 4), square(4, 4, 2)]]],
  ['a hole over the edge of its shell', [[square(0, 0, 4), square(2, 2, 4)]]],
  ['a hole like its shell', [[square(0, 0, 4), square(0, 0, 4)]]],
  ['a hole around its shell', [[square(1, 1, 2), square(0, 0, 4)]]],
  ['a hole in a hole', [[square(0, 0, 9), square(1, 1, 4), square(2, 2, 1)]]],
  ['holes that overlap', [[square(0, 0, 9), square(1, 1, 4), square(3, 3, 4)]]],
  ['a spike', [[ringOf([0, 0], [4, 0], [4, 4], [4, 8], [4, 4])]]],
  ['a ring without area', [[ringOf([0, 0], [4, 4], [2, 2])]]],
  ['a polygon on a ring without area', [[ringOf([0, 0], [4, 4], [2, 2]), square(0, 0, 1)], [square(1, 0, 3)]]],
  ['nothing wrong but repeated vertices', [[ringOf([0, 0], [0, 0], [4, 0], [4, 4], [4, 4], [4, 4], [0, 4])]]],
  ['nothing wrong but islands that touch', [[square(0, 0, 4)], [square(4, 4, 4)]]],
];

describe('polygons with', () => {
  const expected = geosAreas(faults.map(([, polygons]) => polygons));
  test.each(faults.map(([name, polygons], index) => [name, polygons, expected[index] ?? Number.NaN] as const))(
    '%s come to the area that GEOS finds',
    (_, polygons, area) => {
      const valid = withoutCrossings(prepareBoundary(polygons, DIGEST));
      expect(valid.isSimple).toBe(true);
      expect(areaOfGeometry(valid.geometry)).toBeCloseTo(area, 12);
    },
  );
});

test.each([1, 2, 3])('polygons of random vertices come to the area that GEOS finds (seed %i)', (seed) => {
  const next = random(seed);
  const ring = (): Ring => ringOf(...Array.from({ length: 3 + Math.floor(next() * 8) }, () => pair(next)));
  const cases = Array.from({ length: 150 }, () =>
    Array.from({ length: 1 + Math.floor(next() * 3) }, () =>
      Array.from({ length: 1 + Math.floor(next() * 2.5) }, ring),
    ),
  );
  const expected = geosAreas(cases);
  cases.forEach((polygons, index) => {
    const valid = withoutCrossings(prepareBoundary(polygons, DIGEST));
    expect(valid.isSimple).toBe(true);
    expect(areaOfGeometry(valid.geometry), `case ${index}`).toBeCloseTo(expected[index] ?? Number.NaN, 10);
  });
});

test.each([1, 2, 3])('edges that cross in shared points on a grid are resolved (seed %i)', (seed) => {
  const next = random(seed);
  const onGrid = (): [number, number] => [Math.floor(next() * 8) / 7, Math.floor(next() * 8) / 7];
  for (let index = 0; index < 100; index++) {
    const polygons = Array.from({ length: 4 }, () => [ringOf(...Array.from({ length: 8 }, onGrid))]);
    const given = prepareBoundary(polygons, DIGEST);
    const valid = withoutCrossings(given);
    expect(valid.isSimple).toBe(true);
    const parts = polygons.map((polygon) => withoutCrossings(prepareBoundary([polygon], DIGEST)));
    for (let probe = 0; probe < 50; probe++) {
      const [x, y] = pair(next).map((value) => value / 10);
      const held = parts.some((part) => part.containsPoint(x ?? 0, y ?? 0));
      expect(valid.containsPoint(x ?? 0, y ?? 0)).toBe(held);
    }
  }
});

function pair(next: () => number): [number, number] {
  return [next() * 10, next() * 10];
}

describe('large boundaries', () => {
  const wave = (vertices: number): PreparedBoundary =>
    prepareGeometry(
      flatRing(vertices, (index) => {
        const isBack = index >= vertices / 2;
        const place = isBack ? vertices - 1 - index : index;
        const isUp = (place % 2 === 1) !== isBack;
        return [(20 * place) / vertices, 5 + (isUp ? 0.001 : -0.001)];
      }),
      DIGEST,
    );

  test('a star of 200,000 spikes, which crowd in every cell, is told to be valid', () => {
    const next = random(1);
    const star = flatRing(200_000, (index) => {
      const [angle, reach] = [(2 * Math.PI * index) / 200_000, 4 + 6 * next()];
      return [reach * Math.cos(angle), reach * Math.sin(angle)];
    });
    expect(prepareGeometry(star, DIGEST).isSimple).toBe(true);
    // The tip of one spike is moved across its neighbours.
    star.coordinates[20_001] = -5;
    expect(prepareGeometry(star, DIGEST).isSimple).toBe(false);
  });

  test('a ring of 500,000 vertices is indexed with little more than one entry per edge', () => {
    const ring = flatRing(500_000, (index) => {
      const angle = (2 * Math.PI * index) / 500_000;
      return [10 * Math.cos(angle), 10 * Math.sin(angle)];
    });
    const { tree, isSimple } = prepareGeometry(ring, DIGEST);
    expect(isSimple).toBe(true);
    expect(tree.arrays.entries.length).toBeLessThan(625_000);
    expect(tree.pairCount()).toBeLessThan(5_000_000);
  });

  test('a ring that crosses itself 15,000 times is united', () => {
    const given = wave(30_000);
    expect(given.isSimple).toBe(false);
    const valid = withoutCrossings(given);
    expect(valid.isSimple).toBe(true);
    expect(valid.geometry.polygonStarts.length - 1).toBeGreaterThan(14_000);
  });

  test('long edges side by side that cross are refused before all pairs are compared', () => {
    const comb = prepareGeometry(tiltedComb(300_000), DIGEST);
    expect(comb.isSimple).toBe(false);
    expect(() => withoutCrossings(comb)).toThrow(expect.objectContaining({ kind: 'invalid-boundary' }));
    expect(() => withoutCrossings(comb)).toThrow('lie so long side by side');
  });

  test('polygons that lie in one another by the thousand are refused', () => {
    const nest = Array.from({ length: 3000 }, (_, index) => [square(index * 1e-3, index * 1e-3, 10 - index * 2e-3)]);
    expect(() => withoutCrossings(prepareBoundary(nest, DIGEST))).toThrow('Too many polygons');
  });

  test('more vertices than can be taken are refused', () => {
    const coordinates = new Float64Array(2 * 16_000_001);
    const geometry = { coordinates, ringStarts: Uint32Array.of(0, 16_000_001), polygonStarts: Uint32Array.of(0, 1) };
    expect(() => prepareGeometry({ ...geometry, envelope: [0, 0, 0, 0] }, DIGEST)).toThrow('at most 16000000');
  });
});
