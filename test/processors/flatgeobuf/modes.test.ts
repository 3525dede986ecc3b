import { describe, expect, test } from 'vitest';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import type { GeometryType } from '../../../processors/flatgeobuf/geometry.type.ts';
import { partedSquare } from '../boundary/shapes.ts';
import { box, random } from '../cog/polygons.ts';
import { buildFile, flat, type GeometryParts } from './builder.ts';
import { clipBytes } from './clip.ts';
import { geometriesOf } from './decode.ts';

const modes = ['clip', 'intersects', 'within'] as const;
const square = box(0, 0, 4, 4);
const squareWithHole: MultiPolygonCoordinates = [[...(square[0] ?? []), ...(box(1, 1, 3, 3)[0] ?? [])]];

/** A line of a few vertices; a polygon by its outer ring; points. */
const line = (...positions: number[][]): [GeometryType, GeometryParts] => ['LineString', flat(positions)];
const polygon = (minX: number, minY: number, maxX: number, maxY: number): [GeometryType, GeometryParts] => [
  'Polygon',
  flat(...(box(minX, minY, maxX, maxY)[0] ?? [])),
];
const points = (...xy: number[]): [GeometryType, GeometryParts] => ['MultiPoint', { xy }];
const collection = (...members: [GeometryType, GeometryParts][]): [GeometryType, GeometryParts] => [
  'GeometryCollection',
  { type: 'GeometryCollection', parts: members.map(([type, parts]) => Object.assign({ type }, parts)) },
];

async function isKept(
  [type, geometry]: [GeometryType, GeometryParts],
  boundary: MultiPolygonCoordinates,
  mode: (typeof modes)[number],
): Promise<boolean> {
  const source = buildFile({ type, features: [{ geometry, id: 1 }] });
  const { file, recipe } = await clipBytes(source, boundary, { mode });
  const { written = 0, copied = 0 } = recipe.report.counts;
  // Whole features are the source's own bytes.
  if (mode !== 'clip' && written > 0) expect([copied, Buffer.compare(file, source)]).toEqual([1, 0]);
  return written > 0;
}

describe('clip, intersects and within keep', () => {
  type Kept = [clip: boolean, intersects: boolean, within: boolean];
  const [all, part, none]: [Kept, Kept, Kept] = [
    [true, true, true],
    [true, true, false],
    [false, false, false],
  ];
  const cases: [
    name: string,
    feature: [GeometryType, GeometryParts],
    kept: Kept,
    boundary?: MultiPolygonCoordinates,
  ][] = [
    ['a polygon inside', polygon(1, 1, 2, 2), all],
    ['a polygon across the line', polygon(1, 1, 5, 2), part],
    ['a polygon that shares a side from inside', polygon(0, 0, 2, 4), all],
    ['a polygon that is the boundary', polygon(0, 0, 4, 4), all],
    ['a polygon that shares a side from outside', polygon(4, 0, 6, 4), none],
    ['a polygon that touches a corner', polygon(4, 4, 6, 6), none],
    ['a polygon around the boundary', polygon(-1, -1, 5, 5), part],
    ['a polygon that sticks out by a millionth', polygon(1, 1, 4.000001, 2), part],
    ['a polygon that reaches in by a millionth', polygon(3.999999, 1, 5, 2), part],
    ['a polygon around a lake of the boundary', polygon(0.5, 0.5, 3.5, 3.5), part, squareWithHole],
    ['a polygon that fills the lake', polygon(1, 1, 3, 3), none, squareWithHole],
    ['a line inside', line([1, 1], [3, 3]), all],
    ['a line across the line', line([1, 1], [5, 1]), part],
    ['a line that ends on the line from inside', line([1, 2], [4, 2]), all],
    ['a line that ends on the line from outside', line([4, 2], [6, 2]), none],
    ['a line that touches the line from inside', line([1, 1], [2, 4], [3, 1]), all],
    ['a line through a corner from outside', line([5, 3], [3, 5]), none],
    ['a line along the left side', line([0, 1], [0, 3]), all],
    ["a line along the right side, which is the neighbour's", line([4, 1], [4, 3]), none],
    ['a line from inside that runs along the right side', line([2, 1], [4, 1], [4, 3], [2, 3]), all],
    ['a line along the right side that comes in and leaves', line([4, 1], [4, 3], [2, 3], [2, 5]), part],
    ['a line without length inside', line([1, 1], [1, 1]), all],
    ['a line without length on the left side', line([0, 1], [0, 1]), all],
    ['a line without length on the right side', line([4, 1], [4, 1]), none],
    ['points inside', points(1, 1, 2, 2), all],
    ['points on the left side', points(0, 1, 0, 2), all],
    ["points on the right side, which is the neighbour's", points(4, 1, 4, 2), none],
    ['points inside and on the right side', points(1, 1, 4, 1), part],
    ['a collection inside', collection(line([1, 1], [2, 2]), points(1, 1)), all],
    ['a collection with a member outside', collection(line([1, 1], [2, 2]), points(9, 9)), part],
    ['a collection with a member along the right side', collection(polygon(1, 1, 2, 2), line([4, 1], [4, 3])), all],
    ['a collection that only touches', collection(polygon(4, 0, 6, 4), line([4, 1], [6, 3]), points(4, 1)), none],
  ];
  test.each(cases)('%s', async (_, feature, kept, boundary = square) => {
    const found = await Promise.all(modes.map((mode) => isKept(feature, boundary, mode)));
    expect(found).toEqual(kept);
  });
});

test('neighbours share no feature within, and what they intersect is what they cut', async () => {
  const next = random(5);
  const place = (): number => next() * 12 - 1;
  const features = Array.from({ length: 400 }, (_, id) => {
    const [x, y] = [place(), place()];
    const members = [
      Object.assign(
        { type: 'LineString' as const },
        flat([
          [x, y],
          [x + next() - 0.5, y + next() - 0.5],
        ]),
      ),
      Object.assign({ type: 'Polygon' as const }, flat(...(box(x, y, x + next(), y + next())[0] ?? []))),
      { type: 'Point' as const, xy: [x, y] },
    ];
    return { id, geometry: members[id % 3] ?? {} };
  });
  const source = buildFile({ type: 'Unknown', features });
  const [west, east] = partedSquare(33, 200);
  const kept = async (boundary: MultiPolygonCoordinates, mode: string): Promise<Set<string>> =>
    new Set(
      geometriesOf((await clipBytes(source, boundary, { mode })).file).map((geometry) => JSON.stringify(geometry)),
    );
  const within = await Promise.all([west, east].map((side) => kept(side, 'within')));
  expect([...(within[0] ?? [])].filter((feature) => within[1]?.has(feature))).toEqual([]);
  for (const side of [west, east]) {
    const { counts } = (await clipBytes(source, side)).recipe.report;
    const intersects = (await clipBytes(source, side, { mode: 'intersects' })).recipe.report.counts;
    expect(intersects['copied']).toBe((counts['copied'] ?? 0) + (counts['cut'] ?? 0));
    expect(intersects['dropped']).toBe(counts['dropped']);
  }
});
