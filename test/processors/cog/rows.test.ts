import { describe, expect, it } from 'vitest';
import { flattenMultiPolygon, type MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { rasterise } from '../../../processors/cog/rows.ts';
import { box, random, stars } from './polygons.ts';

function pixels(polygons: MultiPolygonCoordinates, width = 40, height = 30): Set<string> {
  const spans = rasterise(flattenMultiPolygon(polygons), width, height);
  const found = new Set<string>();
  for (let row = 0; row < height; row++) {
    const runs = spans.runs(row);
    for (let at = 0; at < runs.length; at += 2) {
      for (let column = runs[at] ?? 0; column < (runs[at + 1] ?? 0); column++) found.add(`${column},${row}`);
    }
  }
  expect(spans.count()).toBe(found.size);
  return found;
}

describe('rasterise', () => {
  it.each([
    ['a box on pixel borders holds its pixels', box(2, 3, 4, 5), ['2,3', '3,3', '2,4', '3,4']],
    [
      'a box from centre to centre holds the eastern and the southern rim',
      box(2.5, 3.5, 4.5, 5.5),
      ['3,3', '4,3', '3,4', '4,4'],
    ],
    ['a box between centres holds nothing', box(2.6, 3.6, 3.4, 4.4), []],
    ['a box across the border is cut', box(-5, -5, 1, 1), ['0,0']],
    ['a box beyond the border holds nothing', box(41, 31, 50, 40), []],
    ['two boxes on one another cancel out (even-odd)', [...box(2, 2, 4, 4), ...box(2, 2, 4, 4)], []],
  ])('%s', (_name, polygons, expected) => {
    // As sets: the order of rows and columns does not matter.
    expect([...pixels(polygons)].toSorted()).toEqual(expected.toSorted());
  });

  it('a hole is left out', () => {
    const [[shell = []] = []] = box(0, 0, 6, 6);
    const [[hole = []] = []] = box(2, 2, 4, 4);
    expect(pixels([[shell, hole]]).size).toBe(32);
  });

  it.each([1, 2, 3, 4, 5, 6])('random stars agree with a test of every centre (seed %d)', (seed) => {
    const polygons = stars(seed, [3, 3, 37, 27]);
    const expected = new Set<string>();
    for (let row = 0; row < 30; row++) {
      for (let column = 0; column < 40; column++) {
        if (isInside(polygons, column + 0.5, row + 0.5)) expected.add(`${column},${row}`);
      }
    }
    expect(pixels(polygons)).toEqual(expected);
  });

  it('refuses a boundary that crosses too many rows', () => {
    const next = random(1);
    const ring = Array.from({ length: 2000 }, (_, index) => [next() * 10, index % 2 === 0 ? -1 : 100_000]);
    const polygons = [[[...ring, ring[0] ?? []]]];
    expect(() => rasterise(flattenMultiPolygon(polygons), 10, 100_000)).toThrow(/crosses rows \d+ times/);
  });

  it('refuses a boundary that spans more rows than any raster has', () => {
    const far = [...box(1, 1, 3, 3), ...box(1, 2e9, 3, 2e9 + 2)];
    expect(() => rasterise(flattenMultiPolygon(far), 10, 2 ** 31 - 1)).toThrow(/spans 200000000\d rows/);
  });
});

function isInside(polygons: MultiPolygonCoordinates, x: number, y: number): boolean {
  let odd = false;
  for (const ring of polygons.flat()) {
    for (let index = 0; index + 1 < ring.length; index++) {
      const [x0 = 0, y0 = 0] = ring[index] ?? [];
      const [x1 = 0, y1 = 0] = ring[index + 1] ?? [];
      if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) odd = !odd;
    }
  }
  return odd;
}
