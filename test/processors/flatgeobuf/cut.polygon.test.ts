import { describe, expect, test } from 'vitest';
import { flattenMultiPolygon, type MultiPolygonCoordinates, type Ring } from '../../../processors/boundary/geometry.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import type { Cut } from '../../../processors/flatgeobuf/cut.ts';
import { cutPolygons } from '../../../processors/flatgeobuf/cut.polygon.ts';
import { Cutline } from '../../../processors/flatgeobuf/cutline.ts';
import type { Part } from '../../../processors/flatgeobuf/geometry.ts';
import { NO_ORDINATES } from '../../../processors/flatgeobuf/ordinates.ts';
import { needleOverEdge, nearlyOnGrid } from '../boundary/awkward.pairs.ts';
import { commonAreasByGeos, judgedByGeos, lineworkAreasByGeos } from '../boundary/geos.judge.ts';
import { areaOf, lakeWithIsland, partedSquare } from '../boundary/shapes.ts';
import { box, random, star } from '../cog/polygons.ts';

/** Where nothing else helps, GEOS snaps by 1e-12 of the largest coordinate: areas of shapes 12 around may differ so. */
const SNAPPED_AT_170 = 170e-12 * 12;
const square = box(0, 0, 4, 4);
const ring = (...points: readonly (readonly number[])[]): Ring => [...points, points[0] ?? []];
const cutlineOf = (polygons: MultiPolygonCoordinates): Cutline =>
  new Cutline(prepareBoundary(polygons, '0'.repeat(64)));

function partOf(rings: readonly Ring[]): Part {
  let vertices = 0;
  const ends = rings.map(({ length }) => (vertices += length));
  return { xy: Float64Array.from(rings.flat(2)), ...NO_ORDINATES, ends, storedType: 0 };
}

const cut = (polygons: MultiPolygonCoordinates, cutline: Cutline): Promise<Cut> =>
  cutPolygons(polygons.map(partOf), cutline, 'Feature 7');

/** What is left of polygons. */
function left(polygons: MultiPolygonCoordinates, result: Cut): MultiPolygonCoordinates {
  if (result.kind !== 'part') return result.kind === 'all' ? polygons : [];
  return [...result.pieces].map(({ xy, ends }) =>
    ends.map((end, index) =>
      Array.from({ length: end - (ends[index - 1] ?? 0) }, (_, vertex) => {
        const at = ((ends[index - 1] ?? 0) + vertex) * 2;
        return [xy[at] ?? 0, xy[at + 1] ?? 0];
      }),
    ),
  );
}

function scribble(next: () => number, vertices: number, x = 4, y = 4, size = 8): Ring {
  return ring(...Array.from({ length: vertices }, () => [x + size * (next() - 0.5), y + size * (next() - 0.5)]));
}

/** Two squares, one on the other. */
function sharingSide(next: () => number): MultiPolygonCoordinates {
  const [west, east, side, top] = [1 + 3 * next(), 6 + 3 * next(), 3 + 3 * next(), 7 + 2 * next()];
  return [box(west, 1, east, side), box(west + next(), side, east - next(), top)].flat();
}

describe('a feature that is not valid is cut all the same, and the report names it:', () => {
  const through = ring([-2, 1], [0, 2], [2, 3], [2, 1], [-2, 3]);
  const cases: [name: string, polygons: MultiPolygonCoordinates, area: number, note: string][] = [
    [
      'a bow-tie',
      [[ring([-2, 1], [2, 3], [2, 1], [-2, 3])]],
      2,
      'was made valid before the cut, since its edges cross.',
    ],
    [
      'overlapping members',
      [box(1, 1, 3, 3), box(2, 2, 6, 6)].flat(),
      6,
      'was made valid before the cut, since its edges cross.',
    ],
    [
      'members with a common side',
      [box(-1, 1, 2, 2), box(2, 1, 6, 2)].flat(),
      4,
      'was cut by GEOS, since its edges cross.',
    ],
    ['the same member twice', [box(2, 1, 6, 2), box(2, 1, 6, 2)].flat(), 2, 'was cut by GEOS, since its edges cross.'],
    [
      'a ring that crosses itself in a vertex',
      [[ring([1, 1], [3, 3], [5, 5], [5, 1], [3, 3], [1, 5])]],
      4.5,
      'was made valid before the cut, since its rings touch where they may not.',
    ],
    [
      'a ring through its own edge',
      [[through]],
      2,
      'was made valid before the cut, since its rings touch where they may not.',
    ],
    [
      'a ring that touches itself around a hole',
      [[ring([2, 0], [3, 1], [1, 1], [2, 0], [-2, 0], [-2, 2], [6, 2], [6, 0])]],
      7,
      'was made valid before the cut, since its rings touch where they may not.',
    ],
    [
      'a hole outside its shell',
      [[...(box(-2, 1, 1, 2)[0] ?? []), ...(box(3, 1, 6, 2)[0] ?? [])]],
      2,
      'was made valid before the cut, since its rings do not lie in one another as shells and holes do.',
    ],
    [
      'a member inside another, which the even-odd rule makes a hole',
      [box(-2, 1, 3, 3), box(1, 1.5, 2, 2)].flat(),
      5.5,
      'was made valid before the cut, since its rings do not lie in one another as shells and holes do.',
    ],
  ];
  test.each(cases)('%s', async (_, polygons, area, note) => {
    const cutline = cutlineOf(square);
    const result = await cut(polygons, cutline);
    const kept = left(polygons, result);
    expect(areaOf(kept)).toBeCloseTo(area, 12);
    expect(result).toMatchObject({ kind: 'part', note: `Feature 7 ${note}` });
    expect(judgedByGeos([kept])[0]?.valid).toBe(true);
    expect(commonAreasByGeos([[polygons, square]])[0]).toBeCloseTo(area, 12);
  });

  test('and cutting what is left again changes nothing', async () => {
    const next = random(3);
    const cutline = cutlineOf(lakeWithIsland(21));
    let cuts = 0;
    for (let index = 0; index < 200; index++) {
      const polygons = [[scribble(next, 7, 5, 5, 12)]];
      const result = await cut(polygons, cutline);
      if (result.kind !== 'part') continue;
      cuts++;
      expect((await cut(left(polygons, result), cutline)).kind).toBe('all');
    }
    expect(cuts).toBeGreaterThan(100);
  });

  test('what crosses itself thousands of times is made valid by the even-odd rule', async () => {
    const next = random(8);
    const polygons = [[scribble(next, 110)]];
    const cutline = cutlineOf(square);
    const result = await cut(polygons, cutline);
    expect(result).toMatchObject({ note: 'Feature 7 was made valid before the cut, since its edges cross.' });
    const [expected = Number.NaN] = commonAreasByGeos([[polygons, square]]);
    expect(Math.abs(areaOf(left(polygons, result)) - expected)).toBeLessThan(1e-10);
  });

  test('and when it crosses itself too often for that, too, the clip is refused, and nothing dropped', async () => {
    const polygons = [[scribble(random(8), 3000)]];
    await expect(cut(polygons, cutlineOf(square))).rejects.toMatchObject({
      kind: 'invalid-source',
      message: expect.stringMatching(/^Feature 7 cannot be cut, since its edges cross, and its 3001 vertices /),
    });
  });
});

describe('a feature that is valid', () => {
  const makers = [
    ['needles whose tips reach over an edge by a hair', needleOverEdge],
    ['polygons a few units in the last place off a grid', nearlyOnGrid],
  ] as const;
  test.each(makers)('leaves valid polygons of the right area, whatever rounding does: %s', async (name, make) => {
    const next = random(name.length);
    const kept: MultiPolygonCoordinates[] = [];
    const pairs: [MultiPolygonCoordinates, MultiPolygonCoordinates][] = [];
    const notes = new Set<string>();
    for (let index = 0; index < 4000; index++) {
      const { subject, boundary } = make(next);
      const prepared = prepareBoundary(boundary, '0'.repeat(64));
      if (!prepared.isSimple || !prepareBoundary(subject, '0'.repeat(64)).isSimple) continue;
      const result = await cut(subject, new Cutline(prepared));
      if (result.kind === 'part' && result.note !== undefined) notes.add(result.note);
      kept.push(left(subject, result));
      pairs.push([subject, boundary]);
    }
    const areas = commonAreasByGeos(pairs);
    judgedByGeos(kept).forEach(({ valid, area }, index) => {
      expect(valid, JSON.stringify(pairs[index])).toBe(true);
      const error = Math.abs(area - (areas[index] ?? Number.NaN));
      expect(error, JSON.stringify(pairs[index])).toBeLessThan(SNAPPED_AT_170);
    });
    expect([...notes]).toContain('Feature 7 was cut by GEOS, since the overlay could not close its rings.');
  });

  test('whose new edges cross by rounding is made valid after the cut, which the report says', async () => {
    const next = random(41);
    const notes = new Set<string>();
    for (let index = 0; index < 20_000; index++) {
      const { subject, boundary } = needleOverEdge(next);
      const result = await cut(subject, cutlineOf(boundary));
      if (result.kind === 'part' && result.note?.includes('rounding')) notes.add(result.note);
    }
    expect([...notes]).toEqual(['Feature 7 was made valid after the cut, since rounding made its new edges cross.']);
  });
});

describe('neighbours tile exactly', () => {
  const shapes: [name: string, make: (next: () => number) => MultiPolygonCoordinates][] = [
    ['stars, cut by the overlay', (next) => [[star(next, 5, 5, 4, 60)]]],
    ['bow-ties, made valid before', (next) => [[scribble(next, 4, 5, 5, 9)]]],
    ['scribbles, made valid before', (next) => [[scribble(next, 90, 5, 5, 9)]]],
    ['squares that share a part of a side, cut by GEOS', sharingSide],
  ];
  test.each(shapes)('with %s', async (_, make) => {
    const next = random(17);
    const [west, east] = partedSquare(3, 400).map(cutlineOf);
    if (west === undefined || east === undefined) throw new Error('A parted square has two parts.');
    const list = Array.from({ length: 12 }, () => make(next));
    const areas = lineworkAreasByGeos(list);
    for (const [index, polygons] of list.entries()) {
      const sum = areaOf(left(polygons, await cut(polygons, west))) + areaOf(left(polygons, await cut(polygons, east)));
      expect(Math.abs(sum / (areas[index] ?? Number.NaN) - 1)).toBeLessThan(1e-12);
    }
  });

  test('and no vertex of the feature is moved', async () => {
    const next = random(19);
    const cutline = cutlineOf(lakeWithIsland(21));
    const isHeld = (x: number, y: number): boolean => cutline.boundary.containsPoint(x, y);
    for (let index = 0; index < 100; index++) {
      const polygons = [[index % 2 === 0 ? star(next, 5, 5, 4, 50) : scribble(next, 5, 5, 5, 9)]];
      const vertices = new Set(
        left(polygons, await cut(polygons, cutline))
          .flat(2)
          .map(String),
      );
      const inside = polygons.flat(2).filter(([x = 0, y = 0]) => isHeld(x, y));
      expect(inside.filter((vertex) => !vertices.has(String(vertex)))).toEqual([]);
    }
  });
});

test('a polygon of two million vertices is cut in bounded memory', async () => {
  const count = 2_000_000;
  const xy = new Float64Array(2 * count + 2);
  for (let vertex = 0; vertex < count; vertex++) {
    const angle = (2 * Math.PI * vertex) / count;
    xy.set([2 + 3 * Math.cos(angle), 2 + 3 * Math.sin(angle)], vertex * 2);
  }
  xy.copyWithin(count * 2, 0, 2);
  const before = process.memoryUsage().rss;
  const feature: Part = { xy, ...NO_ORDINATES, ends: [count + 1], storedType: 0 };
  const result = await cutPolygons([feature], cutlineOf(square), 'Feature 7');
  expect(result).toMatchObject({ kind: 'part' });
  expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(1000);
  expect(flattenMultiPolygon(left([], result)).ringStarts.length).toBe(2);
});
