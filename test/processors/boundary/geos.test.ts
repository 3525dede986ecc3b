import { beforeAll, describe, expect, test } from 'vitest';
import { flattenMultiPolygon, type MultiPolygonCoordinates, type Ring } from '../../../processors/boundary/geometry.ts';
import { type Geos, GEOS_VERTICES_MAX, loadGeos } from '../../../processors/boundary/geos.ts';
import { toCoordinates } from '../../../processors/boundary/overlay.ts';
import { doubledArea } from '../../../processors/boundary/rings.ts';
import { box, random, star } from '../cog/polygons.ts';
import { needleOverEdge, nearlyOnGrid } from './awkward.pairs.ts';
import { commonAreasByGeos, judgedByGeos } from './geos.judge.ts';
import { areaOf, flatRing, lakeWithIsland, partedSquare } from './shapes.ts';

type Pair = readonly [MultiPolygonCoordinates, MultiPolygonCoordinates];

let geos: Geos;
beforeAll(async () => {
  geos = await loadGeos();
});

const scribble = (next: () => number, vertices: number): Ring => {
  const points = Array.from({ length: vertices }, () => [next() * 10, next() * 10]);
  return [...points, points[0] ?? []];
};

/** Where nothing else helps, GEOS snaps by 1e-12 of the largest coordinate. */
const SNAPPED_AT_170 = 170e-12 * 12;

const makers: [name: string, make: (next: () => number) => Pair, tolerance?: number][] = [
  ['stars', (next) => [[[star(next, 5, 5, 4, 30)]], lakeWithIsland(3)]],
  ['rings that cross themselves', (next) => [[[scribble(next, 8)]], [[scribble(next, 6)]]]],
  ['holes that cross their shells', (next) => [[[star(next, 5, 5, 3, 20), star(next, 7, 5, 2, 9)]], lakeWithIsland(3)]],
  ['polygons that overlap', (next) => [[[star(next, 4, 5, 3, 9)], [star(next, 6, 5, 3, 9)]], lakeWithIsland(3)]],
  ['what touches in a corner', () => [box(0, 0, 2, 2), box(2, 2, 4, 4)]],
  ['what shares a side', () => [box(0, 0, 2, 2), box(2, 0, 4, 2)]],
  ['nothing', () => [[], box(0, 0, 2, 2)]],
  ['needles whose tips reach over an edge by a hair', (next) => pairOf(needleOverEdge(next)), SNAPPED_AT_170],
  ['polygons a few units in the last place off a grid', (next) => pairOf(nearlyOnGrid(next)), SNAPPED_AT_170],
];

function pairOf({ subject, boundary }: { subject: MultiPolygonCoordinates; boundary: MultiPolygonCoordinates }): Pair {
  return [subject, boundary];
}

describe.each(makers)('what %s have in common', (_, make, tolerance = 1e-12) => {
  const next = random(31);
  const pairs = Array.from({ length: 150 }, () => make(next));
  const common = (): MultiPolygonCoordinates[] =>
    pairs.map(([a, b]) => {
      const result = geos.intersection(flattenMultiPolygon(a), flattenMultiPolygon(b));
      if (result === null) throw new Error(`GEOS cannot tell: ${JSON.stringify([a, b])}`);
      return toCoordinates(result);
    });

  test('is valid and has the area that GEOS finds elsewhere', () => {
    const areas = commonAreasByGeos(pairs);
    judgedByGeos(common()).forEach(({ valid, area }, index) => {
      expect(valid, JSON.stringify(pairs[index])).toBe(true);
      expect(Math.abs(area - (areas[index] ?? Number.NaN))).toBeLessThan(tolerance);
    });
  });

  test('has shells counter-clockwise and holes clockwise', () => {
    for (const polygon of common().flat()) {
      polygon.forEach((ring, index) =>
        expect(Math.sign(doubledArea(Float64Array.from(ring.flat()), 0, ring.length))).toBe(index === 0 ? 1 : -1),
      );
    }
  });
});

test('neighbours tile exactly: what they have of a feature adds up to it', () => {
  const next = random(5);
  const [west, east] = partedSquare(3, 400).map(flattenMultiPolygon);
  if (west === undefined || east === undefined) throw new Error('A parted square has two parts.');
  for (let index = 0; index < 200; index++) {
    const subject: MultiPolygonCoordinates = [[star(next, 3 + next() * 4, 3 + next() * 4, 0.2 + next() * 2.5, 40)]];
    const parts = [west, east].map((part) => geos.intersection(flattenMultiPolygon(subject), part));
    const sum = parts.reduce((area, part) => area + (part === null ? Number.NaN : areaOf(toCoordinates(part))), 0);
    expect(Math.abs(sum / areaOf(subject) - 1)).toBeLessThan(1e-12);
  }
});

describe('its memory is bounded:', () => {
  const circle = (vertices: number) =>
    flatRing(vertices, (index) => {
      const angle = (2 * Math.PI * index) / vertices;
      return [5 + 4 * Math.cos(angle), 5 + 4 * Math.sin(angle)];
    });
  const square = flattenMultiPolygon(box(5, 5, 10, 10));

  test('polygons of more vertices than it may have are not given to it', () => {
    // A square has five, and each ring its first vertex twice.
    expect(geos.intersection(circle(GEOS_VERTICES_MAX - 5), square)).toBeNull();
  });

  test('as many as it may have take less than 400 MB', () => {
    const before = process.memoryUsage().rss;
    const quarter = geos.intersection(circle(GEOS_VERTICES_MAX - 6), square);
    expect(quarter?.polygonStarts.length).toBe(2);
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(400);
  });

  test('features one after another take no more than one', () => {
    const measure = (): number => {
      for (let round = 0; round < 300; round++) geos.intersection(circle(2000), square);
      return process.memoryUsage().rss;
    };
    measure();
    const before = measure();
    expect((measure() - before) / 2 ** 20).toBeLessThan(20);
  });
});
