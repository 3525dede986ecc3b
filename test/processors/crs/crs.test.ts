import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { resolveCrs } from '../../../processors/crs/crs.ts';
import { projectGeometry } from '../../../processors/crs/densify.ts';
import { flattenMultiPolygon } from '../../../processors/boundary/geometry.ts';

/** Coordinates by PROJ. */
function byGdal(srs: string, points: readonly (readonly [number, number])[]): number[][] {
  const text = execFileSync('gdaltransform', ['-s_srs', 'EPSG:4326', '-t_srs', srs, '-output_xy'], {
    input: points.map((point) => point.join(' ')).join('\n'),
    encoding: 'utf8',
  });
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
}

function wktOf(srs: string, form: string): string {
  return execFileSync('gdalsrsinfo', ['-o', form, '--single-line', srs], { encoding: 'utf8' }).trim();
}

const CASES: readonly (readonly [code: number, points: readonly (readonly [number, number])[], metres: number])[] = [
  [
    3857,
    [
      [10, 50],
      [-179, -80],
      [179.9, 70],
    ],
    0.001,
  ],
  [
    32633,
    [
      [15, 48],
      [12, 20],
      [18, 60],
    ],
    0.001,
  ],
  [
    32733,
    [
      [15, -48],
      [12, -20],
    ],
    0.001,
  ],
  [
    3035,
    [
      [10, 50],
      [-8, 40],
      [30, 65],
    ],
    0.001,
  ],
  [
    2154,
    [
      [3, 46],
      [-4, 48],
    ],
    0.001,
  ],
  [
    3031,
    [
      [0, -80],
      [90, -70],
      [-130, -60],
    ],
    0.001,
  ],
  [
    3413,
    [
      [0, 80],
      [90, 70],
      [-130, 60],
    ],
    0.001,
  ],
  [
    6933,
    [
      [10, 50],
      [-170, -80],
    ],
    0.001,
  ],
  [
    5070,
    [
      [-96, 37],
      [-120, 45],
    ],
    0.001,
  ],
  [
    3577,
    [
      [134, -25],
      [115, -33],
    ],
    0.001,
  ],
  [
    54009,
    [
      [10, 50],
      [-170, -80],
    ],
    0.01,
  ],
];

describe('EPSG codes give the coordinates that PROJ gives', () => {
  it.each(CASES)('EPSG:%d', async (code, points, metres) => {
    const crs = await resolveCrs({ code, wkt: null });
    const expected = byGdal(code === 54009 ? 'ESRI:54009' : `EPSG:${code}`, points);
    points.forEach(([longitude, latitude], index) => {
      const [a = 0, b = 0] = expected[index] ?? [];
      const [x, y] = crs.forward(longitude, latitude);
      expect(Math.hypot(x - a, y - b)).toBeLessThan(metres);
      const [backLongitude, backLatitude] = crs.inverse(x, y);
      expect(Math.hypot(backLongitude - longitude, backLatitude - latitude)).toBeLessThan(1e-6);
    });
    expect(crs.isGeographicDegrees).toBe(false);
    expect(crs.name).toContain(`EPSG:${code}`);
  });
});

describe('WKT gives the same as the code', () => {
  it.each([
    ['EPSG:32633', 'wkt1', 32633],
    ['EPSG:3035', 'wkt1', 3035],
    ['EPSG:3857', 'wkt1', 3857],
    ['ESRI:54009', 'wkt_esri', 54009],
    ['EPSG:32633', 'wkt_esri', 32633],
  ])('%s as %s', async (srs, form, code) => {
    const byWkt = await resolveCrs({ code: null, wkt: wktOf(srs, form) });
    const byCode = await resolveCrs({ code, wkt: null });
    const [x, y] = byWkt.forward(12, 47);
    const [a, b] = byCode.forward(12, 47);
    expect(Math.hypot(x - a, y - b)).toBeLessThan(0.001);
  });
});

describe('longitude and latitude', () => {
  it.each([4326, 4979, 4258, 4269])('EPSG:%d needs no projection', async (code) => {
    const crs = await resolveCrs({ code, wkt: null });
    expect(crs.isGeographicDegrees).toBe(true);
    expect(crs.forward(12.3, -45.6)).toEqual([12.3, -45.6]);
  });

  it('EPSG:4326 as WKT', async () => {
    expect((await resolveCrs({ code: 0, wkt: wktOf('EPSG:4326', 'wkt1') })).isGeographicDegrees).toBe(true);
  });
});

describe('what cannot be projected is refused by name', () => {
  it.each([
    ['an unknown code', { code: 999_999, wkt: null }, /EPSG:999999.*not in the register/],
    ['a code that is no integer', { code: -3, wkt: null }, /EPSG:-3/],
    ['a datum that needs a shift grid', { code: 4267, wkt: null }, /NAD27.*shift grid/],
    ['a vertical system', { code: 5773, wkt: null }, /EGM96 height/],
    ['text that is no WKT', { code: null, wkt: 'hello' }, /"hello"/],
    ['a method that is not known', { code: null, wkt: wktOf('ESRI:54012', 'wkt_esri') }, /World_Eckert_IV/],
    ['nothing', { code: null, wkt: null }, /does not say/],
    ['nothing but a zero', { code: 0, wkt: '' }, /does not say/],
  ])('%s', async (_name, definition, message) => {
    await expect(resolveCrs(definition)).rejects.toMatchObject({
      kind: 'unsupported-source',
      message: expect.stringMatching(message),
    });
  });
});

describe('projectGeometry', () => {
  const everywhere = [-180, -90, 180, 90] as const;
  const square = flattenMultiPolygon([
    [
      [
        [0, 60],
        [40, 60],
        [40, 70],
        [0, 70],
        [0, 60],
      ],
    ],
  ]);

  it('adds vertices until edges bend as they should', async () => {
    const crs = await resolveCrs({ code: 3035, wkt: null });
    const { coordinates } = projectGeometry(square, crs, 1, everywhere);
    expect(coordinates.length).toBeGreaterThan(200);
    // The middle of the northern edge, where a straight line would be hundreds of kilometres off.
    const [x, y] = crs.forward(20, 70);
    let nearest = Infinity;
    for (let at = 0; at < coordinates.length; at += 2) {
      nearest = Math.min(nearest, Math.hypot((coordinates[at] ?? 0) - x, (coordinates[at + 1] ?? 0) - y));
    }
    expect(nearest).toBeLessThan(1);
  });

  it('gives the same vertices whichever way an edge runs', async () => {
    const crs = await resolveCrs({ code: 54009, wkt: null });
    const reversed = flattenMultiPolygon([
      [
        [
          [0, 60],
          [0, 70],
          [40, 70],
          [40, 60],
          [0, 60],
        ],
      ],
    ]);
    const pairs = (geometry: typeof square): Set<string> => {
      const { coordinates } = projectGeometry(geometry, crs, 10, everywhere);
      return new Set(
        Array.from({ length: coordinates.length / 2 }, (_, index) =>
          coordinates.slice(index * 2, index * 2 + 2).join(),
        ),
      );
    };
    expect(pairs(reversed)).toEqual(pairs(square));
  });

  it('leaves out rings that lie elsewhere, and keeps the structure', async () => {
    const crs = await resolveCrs({ code: 32633, wkt: null });
    const two = flattenMultiPolygon([
      [
        [
          [100, 0],
          [101, 0],
          [101, 1],
          [100, 0],
        ],
      ],
      [
        [
          [15, 40],
          [16, 40],
          [16, 41],
          [15, 40],
        ],
      ],
    ]);
    const projected = projectGeometry(two, crs, 1000, [10, 30, 20, 50]);
    expect([...projected.polygonStarts]).toEqual([0, 0, 1]);
    expect(projected.envelope[0]).toBeGreaterThan(400_000);
  });

  it('refuses an edge that the projection tears apart', async () => {
    const crs = await resolveCrs({ code: 3832, wkt: null });
    const torn = flattenMultiPolygon([
      [
        [
          [-40, 10],
          [-20, 10],
          [-20, 20],
          [-40, 10],
        ],
      ],
    ]);
    expect(() => projectGeometry(torn, crs, 1, everywhere)).toThrow(/torn apart/);
  });
});
