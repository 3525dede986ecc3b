import { describe, expect, it } from 'vitest';
import { flattenMultiPolygon, type MultiPolygonCoordinates } from '../../../../processors/boundary/geometry.ts';
import { rasteriseTouched } from '../../../../processors/cog/touched.ts';
import { box, random } from '../polygons.ts';

function pixels(polygons: MultiPolygonCoordinates, width = 12, height = 10): string[] {
  const spans = rasteriseTouched(flattenMultiPolygon(polygons), width, height);
  const found: string[] = [];
  for (let row = 0; row < height; row++) {
    const runs = spans.runs(row);
    for (let at = 0; at < runs.length; at += 2) {
      for (let column = runs[at] ?? 0; column < (runs[at + 1] ?? 0); column++) found.push(`${column},${row}`);
    }
  }
  expect(spans.count()).toBe(found.length);
  return found;
}

const triangle = (...corners: number[][]): MultiPolygonCoordinates => [[[...corners, corners[0] ?? []]]];

describe('pixels that a boundary touches', () => {
  it.each([
    ['a box along pixel borders holds its own pixels only', box(2, 3, 4, 5), ['2,3', '3,3', '2,4', '3,4']],
    ['a box within a pixel holds that one', box(2.1, 3.1, 2.2, 3.2), ['2,3']],
    ['a box around a corner of pixels holds the four', box(2.9, 3.9, 3.1, 4.1), ['2,3', '3,3', '2,4', '3,4']],
    ['a box across the border is cut', box(-5, -5, 0.1, 0.1), ['0,0']],
    ['a box beyond the border holds nothing', box(12, 10, 20, 20), []],
    [
      'a diagonal through corners holds no pixel that it meets in a corner only',
      triangle([2, 2], [4, 4], [2, 4]),
      ['2,2', '2,3', '3,3'],
    ],
    [
      'a sliver between two rows of centres holds all pixels along it',
      triangle([1.2, 2.9], [8.8, 2.9], [5, 3.05]),
      ['1,2', '2,2', '3,2', '4,2', '5,2', '6,2', '7,2', '8,2', '3,3', '4,3', '5,3', '6,3'],
    ],
    ['a line between rows that is thin', box(1.5, 3.2, 4.5, 3.3), ['1,3', '2,3', '3,3', '4,3']],
  ])('%s', (_name, polygons, expected) => expect(pixels(polygons).toSorted()).toEqual(expected.toSorted()));

  it('refuses a boundary that meets too many rows', () => {
    const next = random(1);
    const ring = Array.from({ length: 2000 }, (_, index) => [next() * 10, index % 2 === 0 ? -1 : 100_000]);
    const polygons = [[[...ring, ring[0] ?? []]]];
    expect(() => rasteriseTouched(flattenMultiPolygon(polygons), 10, 15_000)).toThrow(/more than 20000000 times/);
  });
});
