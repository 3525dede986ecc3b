import { describe, expect, test } from 'vitest';
import { box } from '../cog/polygons.ts';
import { buildFile, flat, type GeometryParts } from './builder.ts';
import { clipBytes } from './clip.ts';
import { geometriesOf, type Stored } from './decode.ts';
import type { GeometryType } from '../../../processors/flatgeobuf/geometry.type.ts';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';

const square = box(0, 0, 4, 4);
const has = { z: true, m: true, t: true, tm: true };
/** GPS nanoseconds, far beyond 2^53. */
const NANOSECONDS = 1_400_000_000_000_000_000n;

async function cut(
  type: GeometryType,
  geometry: GeometryParts,
  boundary: MultiPolygonCoordinates = square,
): Promise<(Stored | null)[]> {
  const source = buildFile({ type, has, features: [{ geometry, id: 7 }] });
  return geometriesOf((await clipBytes(source, boundary)).file);
}

describe('Z, M, T and TM', () => {
  test('of a line are interpolated at cuts and stay as they are at vertices', async () => {
    const line = {
      ...flat([
        [2, 2],
        [3, 2],
        [7, 2],
      ]),
      z: [0.1, 0.3, 10.3],
      m: [5, 6, 10],
      t: [2000, 2001, 2009],
      tm: [NANOSECONDS, NANOSECONDS + 1n, NANOSECONDS + 10n],
    };
    expect(await cut('LineString', line)).toEqual([
      {
        xy: [2, 2, 3, 2, 4, 2],
        z: [0.1, 0.3, 0.3 + 0.25 * 10],
        m: [5, 6, 7],
        t: [2000, 2001, 2003],
        tm: [NANOSECONDS, NANOSECONDS + 1n, NANOSECONDS + 3n],
      },
    ]);
  });

  test('of a line that falls run on from piece to piece', async () => {
    const line = {
      ...flat([
        [1, 2],
        [-1, 2],
        [1, 3],
      ]),
      m: [8, 4, 0],
    };
    expect(await cut('LineString', line)).toEqual([
      { xy: [1, 2, 0, 2], m: [8, 6] },
      { xy: [0, 2.5, 1, 3], m: [2, 0] },
    ]);
  });

  test('of a MultiLineString belong to each line', async () => {
    const lines = {
      ...flat(
        [
          [1, 1],
          [9, 1],
        ],
        [
          [9, 9],
          [8, 8],
        ],
        [
          [2, 3],
          [2, 2],
        ],
      ),
      z: [0, 8, 1, 2, 5, 6],
    };
    expect(await cut('MultiLineString', lines)).toEqual([
      { xy: [1, 1, 4, 1, 2, 3, 2, 2], z: [0, 3, 5, 6], ends: [2, 4] },
    ]);
  });

  test('of points go with the points', async () => {
    const points = { xy: [1, 1, 9, 9, 2, 3], z: [10, 20, 30], m: [1, 2, 3], t: [4, 5, 6], tm: [7n, 8n, NANOSECONDS] };
    expect(await cut('MultiPoint', points)).toEqual([
      { xy: [1, 1, 2, 3], z: [10, 30], m: [1, 3], t: [4, 6], tm: [7n, NANOSECONDS] },
    ]);
    const point = { xy: [0, 1], z: [3], m: [4], t: [5], tm: [NANOSECONDS] };
    expect(await cut('Point', point)).toEqual([point]);
  });

  /** z = 10 + x + 2 y, m = x, t = 2000 + y, tm = 10^18 × 1.4 + 8 x. */
  const plane = (xy: readonly number[]): Pick<GeometryParts, 'z' | 'm' | 't' | 'tm'> => {
    const xs = xy.filter((_, at) => at % 2 === 0);
    const ys = xy.filter((_, at) => at % 2 === 1);
    return {
      z: xs.map((x, at) => 10 + x + 2 * (ys[at] ?? 0)),
      m: xs,
      t: ys.map((y) => 2000 + y),
      tm: xs.map((x) => NANOSECONDS + BigInt(Math.round(8 * x))),
    };
  };

  const planes: [name: string, rings: number[][][], boundary: MultiPolygonCoordinates][] = [
    [
      'at cuts of its edges',
      [
        [
          [2, 1],
          [8, 1],
          [8, 3],
          [2, 3],
          [2, 1],
        ],
      ],
      square,
    ],
    [
      'at corners of the boundary inside it',
      [
        [
          [2, 2],
          [8, 2],
          [8, 8],
          [2, 8],
          [2, 2],
        ],
      ],
      square,
    ],
    [
      'at an island of the boundary inside it',
      [
        [
          [-8, -8],
          [16, -8],
          [16, 16],
          [-8, 16],
          [-8, -8],
        ],
      ],
      square,
    ],
    [
      'with a hole',
      [
        [
          [-8, -8],
          [8, -8],
          [8, 8],
          [-8, 8],
          [-8, -8],
        ],
        [
          [1, 1],
          [1, 3],
          [3, 3],
          [3, 1],
          [1, 1],
        ],
      ],
      square,
    ],
    [
      'whose ring begins at a cut vertex',
      [
        [
          [4, 2],
          [2, 3],
          [2, 1],
          [4, 2],
          [6, 3],
          [6, 1],
          [4, 2],
        ],
      ],
      box(0, 0, 5, 4),
    ],
    [
      'where its edges cross and GEOS cuts it',
      [
        [
          [1, 1],
          [5, 3],
          [5, 1],
          [1, 3],
          [1, 1],
        ],
      ],
      square,
    ],
    [
      'whose ring is not closed',
      [
        [
          [2, 2],
          [8, 2],
          [8, 8],
          [2, 8],
        ],
      ],
      square,
    ],
  ];
  test.each(planes)('of a polygon on a plane stay on the plane %s', async (_, rings, boundary) => {
    const polygon = flat(...rings);
    const pieces = await cut('Polygon', { ...polygon, ...plane(polygon.xy) }, boundary);
    expect(pieces.length).toBeGreaterThan(0);
    for (const piece of pieces) {
      const expected = plane(piece?.xy ?? []);
      for (const kind of ['z', 'm', 't'] as const) {
        expect(piece?.[kind]).toHaveLength(expected[kind]?.length ?? -1);
        piece?.[kind]?.forEach((value, at) => expect(value).toBeCloseTo(expected[kind]?.[at] ?? Number.NaN, 9));
      }
      expect(piece?.tm).toEqual(expected.tm);
    }
  });

  test('of a polygon stay as they are at its vertices, on a plane or not', async () => {
    const polygon = {
      ...flat([
        [1, 1],
        [9, 1],
        [9, 3],
        [1, 3],
        [1, 1],
      ]),
      z: [0.1, 7, 8, 0.7, 0.1],
    };
    const [piece] = await cut('Polygon', polygon);
    const heights = new Map(
      piece?.z?.map((z, vertex) => [`${piece.xy?.slice(vertex * 2, vertex * 2 + 2).join(' ')}`, z]),
    );
    expect(Object.fromEntries(heights)).toEqual({
      '1 1': 0.1,
      '1 3': 0.7,
      '4 1': 0.1 + (3 / 8) * 6.9,
      '4 3': expect.closeTo(0.7 + (3 / 8) * 7.3, 12),
    });
  });

  test('inside a polygon lie between those to the west and to the east, the same on both sides of a border', async () => {
    const polygon = {
      ...flat([
        [0, 0],
        [8, 0],
        [8, 4],
        [0, 4],
        [0, 0],
      ]),
      z: [0, 80, 40, 0, 0],
    };
    const border = [
      [3, -1],
      [2, 2],
      [3, 5],
    ];
    const west = [[[[-1, -1], ...border, [-1, 5], [-1, -1]]]];
    const east = [[[[9, -1], [9, 5], ...border.toReversed(), [9, -1]]]];
    for (const side of [west, east]) {
      const [piece] = await cut('Polygon', polygon, side);
      const at = piece?.xy?.findIndex((x, index) => index % 2 === 0 && x === 2 && piece.xy?.[index + 1] === 2) ?? -2;
      // Half way up the east side stands 60; a quarter of the way to it is 15.
      expect(piece?.z?.[at / 2]).toBe(15);
    }
  });

  test('of a MultiPolygon belong to each polygon', async () => {
    const [a, b] = [
      flat([
        [1, 1],
        [5, 1],
        [5, 2],
        [1, 2],
        [1, 1],
      ]),
      flat([
        [1, 3],
        [5, 3],
        [5, 3.5],
        [1, 3.5],
        [1, 3],
      ]),
    ];
    const parts = [
      { type: 'Polygon', ...a, z: [1, 1, 1, 1, 1] },
      { type: 'Polygon', ...b, z: [5, 5, 5, 5, 5] },
    ] as const;
    const [piece] = await cut('MultiPolygon', { type: 'MultiPolygon', parts });
    expect(piece?.parts?.map(({ z }) => new Set(z))).toEqual([new Set([1]), new Set([5])]);
  });
});
