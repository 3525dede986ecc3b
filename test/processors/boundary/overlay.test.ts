import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { cutLocalPiece } from '../../../processors/boundary/local.piece.ts';
import { overlay, type Overlay } from '../../../processors/boundary/overlay.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import type { PreparedBoundary } from '../../../processors/boundary/prepared.ts';
import { box, random, star, stars } from '../cog/polygons.ts';
import { areaOf, comb, lakeWithIsland, partedSquare } from './shapes.ts';

const prepare = (polygons: MultiPolygonCoordinates): PreparedBoundary => prepareBoundary(polygons, '0'.repeat(64));

function areaOfResult(subject: MultiPolygonCoordinates, result: Overlay): number {
  if (result.kind === 'undecided') return Number.NaN;
  return result.kind === 'all' ? areaOf(subject) : result.kind === 'none' ? 0 : areaOf(result.polygons);
}

/** Areas by GEOS. */
function geosAreas(pairs: [MultiPolygonCoordinates, MultiPolygonCoordinates][]): number[] {
  const script = path.join(import.meta.dirname, 'oracle.py');
  const output = execFileSync('/usr/bin/python3', [script], { input: JSON.stringify(pairs), maxBuffer: 2 ** 26 });
  return z.array(z.number()).parse(JSON.parse(output.toString()));
}

const boundaries: [name: string, polygons: MultiPolygonCoordinates][] = [
  ['stars with holes', stars(2, [0, 0, 10, 10])],
  ['a lake with an island', lakeWithIsland(9)],
  ['a comb', comb(60, 9, 9)],
];

describe.each(boundaries)('random stars overlaid with %s', (_, polygons) => {
  const boundary = prepare(polygons);
  const next = random(17);
  const subjects = Array.from({ length: 400 }, (__, index): MultiPolygonCoordinates => {
    const ring = star(next, next() * 10, next() * 10, 0.05 + next() ** 3 * 6, 3 + Math.floor(next() * 60));
    return [[index % 2 === 0 ? ring : ring.toReversed()]];
  });

  test('have the areas that GEOS finds', () => {
    const expected = geosAreas(subjects.map((subject) => [subject, polygons]));
    subjects.forEach((subject, index) => {
      const area = areaOfResult(subject, overlay(prepare(subject), boundary));
      expect(Math.abs(area - (expected[index] ?? Number.NaN)), `subject ${index}`).toBeLessThan(1e-12);
    });
  });

  test('have the areas that GEOS finds at the local piece alone', () => {
    const pieces = subjects.map((subject) => cutLocalPiece(boundary, ...prepare(subject).geometry.envelope));
    const whole = geosAreas(subjects.map((subject) => [subject, polygons]));
    const local = geosAreas(subjects.map((subject, index) => [subject, pieces[index] ?? []]));
    local.forEach((area, index) => expect(Math.abs(area - (whole[index] ?? Number.NaN))).toBeLessThan(1e-12));
  });
});

test.each([1, 2, 3, 4])('the parts of a parted square add up to any subject (seed %i)', (seed) => {
  const parts = partedSquare(seed, 400).map(prepare);
  const next = random(seed);
  for (let index = 0; index < 100; index++) {
    const subject: MultiPolygonCoordinates = [[star(next, 3 + next() * 4, 3 + next() * 4, 0.2 + next() * 2.5, 40)]];
    const sum = parts.reduce((area, part) => area + areaOfResult(subject, overlay(prepare(subject), part)), 0);
    expect(Math.abs(sum / areaOf(subject) - 1)).toBeLessThan(1e-12);
  }
});

describe('shapes that share edges or touch', () => {
  const square = box(0, 0, 4, 4);
  const cases: [
    name: string,
    subject: MultiPolygonCoordinates,
    boundary: MultiPolygonCoordinates,
    area: number | 'all',
  ][] = [
    ['the same square', square, square, 'all'],
    ['the same square, the other way round', [[[...(square[0]?.[0] ?? [])].toReversed()]], square, 'all'],
    ['a neighbour that shares a side', box(4, 0, 8, 4), square, 0],
    ['a neighbour that touches in a corner', box(4, 4, 8, 8), square, 0],
    ['a square in a corner, on two sides', box(0, 0, 2, 2), square, 'all'],
    ['a strip across, on two sides', box(-1, 0, 5, 2), square, 8],
    ['a square around, on one side', box(-1, 0, 5, 5), square, 16],
    ['a square inside the hole', box(1.5, 1.5, 2.5, 2.5), [[...(square[0] ?? []), ...(box(1, 1, 3, 3)[0] ?? [])]], 0],
    ['a square that fills the hole', box(1, 1, 3, 3), [[...(square[0] ?? []), ...(box(1, 1, 3, 3)[0] ?? [])]], 0],
    ['a square around the hole', box(0.5, 0.5, 3.5, 3.5), [[...(square[0] ?? []), ...(box(1, 1, 3, 3)[0] ?? [])]], 5],
    ['a square around an island', box(-2, -2, 9, 9), square, 16],
    [
      'a diamond with its corners on the sides',
      [
        [
          [
            [2, 0],
            [4, 2],
            [2, 4],
            [0, 2],
            [2, 0],
          ],
        ],
      ],
      square,
      'all',
    ],
    ['a boundary of two squares that touch in a corner', box(1, 1, 7, 7), [...square, ...box(4, 4, 8, 8)], 18],
  ];
  test.each(cases)('%s', (_, subject, boundary, area) => {
    const result = overlay(prepare(subject), prepare(boundary));
    if (area === 'all') expect(result.kind).toBe('all');
    else expect(areaOfResult(subject, result)).toBe(area);
    if (area === 0) expect(result.kind).toBe('none');
  });
});
