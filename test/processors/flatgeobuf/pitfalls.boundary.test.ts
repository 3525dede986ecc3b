import { afterAll, describe, expect, test } from 'vitest';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { areaOf, lakeWithIsland, partedSquare } from '../boundary/shapes.ts';
import { box, random, star } from '../cog/polygons.ts';
import { buildFile, flat } from './builder.ts';
import { clipBytes } from './clip.ts';
import { decodeFeatures, geometriesOf, type Stored } from './decode.ts';
import { RuleFolder } from './rule.folder.ts';
import { sizesById } from './sizes.ts';

// Numbers are those of the list of twenty known pitfalls that the engine was built against.

const folder = new RuleFolder();
afterAll(() => folder.remove());

type Position = readonly number[];
const square = box(0, 0, 4, 4);
const [shell = []] = square[0] ?? [];
const [hole = []] = box(1, 1, 3, 3)[0] ?? [];
const [bowTie, twoTriangles]: MultiPolygonCoordinates[] = [
  [[closed([0, 0], [4, 4], [4, 0], [0, 4])]],
  [[closed([0, 0], [2, 2], [0, 4])], [closed([4, 4], [2, 2], [4, 0])]],
];

const polygons = (...shapes: MultiPolygonCoordinates): Uint8Array =>
  buildFile({ type: 'Polygon', features: shapes.map((rings, id) => ({ id, geometry: flat(...rings) })) });
const randomStars = (count: number, seed: number): MultiPolygonCoordinates => {
  const next = random(seed);
  return Array.from({ length: count }, () => [star(next, next() * 10, next() * 10, 0.2 + next() * 3, 30)]);
};

describe('pitfall 1, an invalid boundary:', () => {
  test('it is united once, which the report says, and cuts as what it was meant to be', async () => {
    const source = polygons(...randomStars(40, 2));
    const [invalid, valid] = [await clipBytes(source, bowTie ?? []), await clipBytes(source, twoTriangles ?? [])];
    expect(invalid.recipe.report.notes.join()).toMatch(/Edges of the boundary crossed/);
    expect(valid.recipe.report.notes.join()).not.toMatch(/Edges of the boundary crossed/);
    expect(invalid.recipe.report.counts).toEqual(valid.recipe.report.counts);
    const [mine, theirs] = [sizesById(invalid.file), sizesById(valid.file)];
    for (const [id, size] of theirs) expect((mine.get(id) ?? 0) / size).toBeCloseTo(1, 12);
  });
});

describe('pitfall 2, features that hold rings of the boundary and cross none of its edges:', () => {
  const islands = Array.from({ length: 12 }, (_, at) => box(at, 0.4, at + 0.2, 0.6)).flat();
  const cases: [name: string, boundary: MultiPolygonCoordinates, feature: MultiPolygonCoordinates, area: number][] = [
    ['an island', square, box(-1, -1, 5, 5), 16],
    ['a lake', [[shell, hole]], box(0.5, 0.5, 3.5, 3.5), 5],
    ['an island in a lake', [[shell, hole], ...box(1.5, 1.5, 2.5, 2.5)], box(0.5, 0.5, 3.5, 3.5), 6],
    ['a dozen islands', islands, box(-1, -1, 13, 2), 12 * 0.04],
    [
      'no island, which lies in its hole',
      square,
      [[closed([-9, -9], [9, -9], [9, 9], [-9, 9]), closed([-1, -1], [5, -1], [5, 5], [-1, 5])]],
      0,
    ],
  ];
  test.each(cases)('%s', async (_, boundary, feature, area) => {
    expect(sizesById((await clipBytes(polygons(...feature), boundary)).file).get(0) ?? 0).toBeCloseTo(area, 12);
  });
});

describe('pitfall 4, features that only touch the boundary:', () => {
  const cases = [
    ['a polygon at a side', 'Polygon', [closed([4, 1], [5, 1], [5, 3], [4, 3])]],
    ['a polygon at a corner', 'Polygon', [closed([4, 4], [5, 4], [5, 5])]],
    [
      'a line that ends on a side',
      'LineString',
      [
        [
          [4, 2],
          [6, 2],
        ],
      ],
    ],
    [
      'a line through a corner',
      'LineString',
      [
        [
          [3, 5],
          [5, 3],
        ],
      ],
    ],
    [
      'a line along a side, which is the right-hand neighbour’s',
      'LineString',
      [
        [
          [4, 1],
          [4, 3],
        ],
      ],
    ],
    ['a point on such a side', 'Point', [[[4, 2]]]],
  ] as const;
  test.each(cases)('%s is in no clip of any mode', async (_, type, lines) => {
    const source = buildFile({
      type,
      features: [{ id: 1, geometry: type === 'Point' ? { xy: [4, 2] } : flat(...lines) }],
    });
    for (const mode of ['clip', 'intersects', 'within']) {
      const { counts } = (await clipBytes(source, square, { mode })).recipe.report;
      expect({ mode, written: counts['written'] }).toEqual({ mode, written: 0 });
    }
  });
});

describe('pitfall 5, a boundary on both sides of the antimeridian:', () => {
  test('its parts are looked up one by one, so that the world between is not read', async () => {
    const [next, count] = [random(8), 40_000];
    const features = Array.from({ length: count }, (_, id) => {
      // In order of longitude, as an index has it.
      const [x, y] = [-180 + (360 * id) / count, -17 + next()];
      return { id, geometry: { xy: [x, y] } };
    });
    const fiji = [...box(177, -20, 180, -14), ...box(-180, -20, -178, -14)];
    const source = buildFile({ type: 'Point', features });
    const { recipe, bytesRead } = await clipBytes(source, fiji);
    const inside = features.filter(({ geometry: { xy } }) => (xy[0] ?? 0) >= 177 || (xy[0] ?? 0) < -178);
    expect(recipe.report.counts).toMatchObject({ written: inside.length, copied: inside.length });
    expect(bytesRead).toBeLessThan(source.length / 20);
  });
});

describe('pitfall 14, features whose sides are those of the box around them:', () => {
  test('rectangles are cut exactly, without the second method', async () => {
    const next = random(31);
    const rectangles = Array.from({ length: 300 }, () => {
      const [x, y] = [next() * 9, next() * 9];
      return box(x, y, x + 0.1 + next() * 4, y + 0.1 + next() * 4);
    }).flat();
    const parts = [...partedSquare(12, 80), box(10, -9, 20, 20), box(-9, 10, 10, 20)];
    const sums = new Map<number, number>();
    for (const part of parts) {
      const { file, recipe } = await clipBytes(polygons(...rectangles), part);
      expect(recipe.report.notes.filter((note) => note.includes('GEOS'))).toEqual([]);
      for (const [id, size] of sizesById(file)) sums.set(id, (sums.get(id) ?? 0) + size);
    }
    rectangles.forEach((rings, id) => expect(Math.abs((sums.get(id) ?? 0) / areaOf([rings]) - 1)).toBeLessThan(1e-12));
  });
});

describe('pitfall 15, features that the exact overlay cannot take:', () => {
  test('GEOS cuts those and no others, and the report names them', async () => {
    const tie = [closed([-2, 1], [2, 3], [2, 1], [-2, 3])];
    const tieWithSpike = [closed([-2, 1], [2, 3], [3, 3], [2, 3], [2, 1], [-2, 3])];
    const source = polygons(...box(3, 3, 5, 5), tieWithSpike, ...box(-1, -1, 1, 1), tie);
    const { file, recipe } = await clipBytes(source, square);
    expect(recipe.report.notes.filter((note) => note.startsWith('Feature'))).toEqual([
      'Feature 1 was cut by GEOS, since its edges cross.',
      'Feature 3 was made valid before the cut, since its edges cross.',
    ]);
    // The ties cross themselves at (0, 2): their right half is inside.
    expect([...sizesById(file)]).toEqual([
      [0, 1],
      [1, 2],
      [2, 1],
      [3, 2],
    ]);
  });

  test('and of those, the ones that touch the line from inside are within', async () => {
    const ties = [
      closed([0, 1], [2, 3], [2, 1], [0, 3]),
      closed([-2, 1], [2, 3], [2, 1], [-2, 3]),
      closed([4, 1], [6, 3], [6, 1], [4, 3]),
    ];
    const { file } = await clipBytes(polygons(...ties.map((ring) => [ring])), square, { mode: 'within' });
    expect([...sizesById(file).keys()]).toEqual([0]);
  });
});

describe('pitfalls 16 and 17, rings of what was cut:', () => {
  const source = folder.sourceOf(
    'Polygon',
    randomStars(120, 5).map((rings, id) => (id % 2 === 0 ? rings : rings.map((ring) => ring.toReversed()))),
  );
  test.each([
    ['a lake with an island', lakeWithIsland(21)],
    ['a neighbour', partedSquare(33, 90)[0] ?? []],
  ])('they are closed, run the right way round, have an area and no vertex twice in a row: %s', async (_, boundary) => {
    const { file, recipe } = await clipBytes(source, boundary);
    const { cut = 0, written = 0 } = recipe.report.counts;
    expect(cut).toBeGreaterThan(20);
    const pieces = geometriesOf(file);
    expect(pieces).toHaveLength(written);
    const copied = new Set(decodeFeatures(source).map((feature) => feature.geometry()?.xyLength()));
    for (const rings of pieces.map(ringsOf)) {
      for (const ring of rings) expect(ring.at(-1)).toEqual(ring[0]);
      const repeated = rings.flatMap((ring) => ring.filter((at, index) => String(at) === String(ring[index - 1])));
      expect(repeated).toEqual([]);
      if (rings.length === 1 && copied.has((rings[0]?.length ?? 0) * 2)) continue;
      expect(rings.map((ring) => Math.sign(signedArea(ring)))).toEqual(rings.map((__, at) => (at === 0 ? 1 : -1)));
    }
  });
});

describe('pitfall 18, clips of two neighbours:', () => {
  test('they meet in the same vertices, bit for bit', async () => {
    const [west = [], east = []] = partedSquare(44, 150);
    const next = random(3);
    const features = Array.from({ length: 200 }, (_, id) => {
      const y = 0.2 + next() * 9.6;
      return {
        id,
        geometry: flat([
          [0.1, y],
          [9.9, 0.2 + next() * 9.6],
        ]),
      };
    });
    const source = buildFile({ type: 'LineString', features });
    const ends = new Map<string, number>();
    for (const part of [west, east]) {
      for (const piece of geometriesOf((await clipBytes(source, part)).file)) {
        const { xy = [] } = piece ?? {};
        for (const end of [xy.slice(0, 2), xy.slice(-2)]) ends.set(String(end), (ends.get(String(end)) ?? 0) + 1);
      }
    }
    // Each crossing ends a piece on either side; only the ends of the whole lines are alone.
    const alone = [...ends].filter(([, count]) => count !== 2).map(([end]) => end);
    const outer = features.flatMap(({ geometry: { xy } }) => [String(xy.slice(0, 2)), String(xy.slice(-2))]);
    expect(alone.toSorted()).toEqual(outer.toSorted());
    expect(ends.size).toBeGreaterThan(600);
  });
});

function closed(...positions: Position[]): Position[] {
  return [...positions, positions[0] ?? []];
}

function ringsOf(geometry: Stored | null): Position[][] {
  const { xy = [], ends = [xy.length / 2] } = geometry ?? {};
  return ends.map((end, index) => {
    const start = ends[index - 1] ?? 0;
    return Array.from({ length: end - start }, (_, at) => xy.slice((start + at) * 2, (start + at) * 2 + 2));
  });
}

function signedArea(ring: readonly Position[]): number {
  return ring.slice(1).reduce((sum, [x1 = 0, y1 = 0], index) => {
    const [x0 = 0, y0 = 0] = ring[index] ?? [];
    return sum + (x0 * y1 - x1 * y0) / 2;
  }, 0);
}
