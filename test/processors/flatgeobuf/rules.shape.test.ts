import { describe, expect, test } from 'vitest';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { lakeWithIsland } from '../boundary/shapes.ts';
import { box } from '../cog/polygons.ts';
import { buildFile, flat } from './builder.ts';
import { clipBytes } from './clip.ts';
import { geometriesOf } from './decode.ts';
import { readByNpm } from './read.ts';

describe('a boundary across the antimeridian, parted at 180°', () => {
  const fiji: MultiPolygonCoordinates = [...box(177, -19, 180, -16), ...box(-180, -19, -178, -16)];
  const features = [
    { id: 0, geometry: { type: 'Point', xy: [178, -17] } as const },
    { id: 1, geometry: { type: 'Point', xy: [-179, -17] } as const },
    { id: 2, geometry: { type: 'Point', xy: [0, -17] } as const },
    {
      id: 3,
      geometry: {
        type: 'LineString',
        ...flat([
          [176, -17],
          [180, -17],
        ]),
      } as const,
    },
    {
      id: 4,
      geometry: {
        type: 'LineString',
        ...flat([
          [-180, -17],
          [-177, -17],
        ]),
      } as const,
    },
    { id: 5, geometry: { type: 'Polygon', ...flat(...(box(-170, -19, 170, -16)[0] ?? [])) } as const },
    { id: 6, geometry: { type: 'Polygon', ...flat(...(box(179, -18, 180, -17)[0] ?? [])) } as const },
  ];

  test('keeps what lies on both sides and nothing of the world between', async () => {
    const { file, recipe } = await clipBytes(buildFile({ type: 'Unknown', features }), fiji);
    const ids = (await readByNpm(file)).map(({ properties }): unknown => properties?.['id']);
    expect(ids).toEqual([0, 1, 3, 4, 6]);
    expect(geometriesOf(file).slice(2, 4)).toEqual([
      { type: 'LineString', xy: [177, -17, 180, -17] },
      { type: 'LineString', xy: [-180, -17, -178, -17] },
    ]);
    expect(recipe.report.counts).toMatchObject({ copied: 3, cut: 2 });
  });
});

describe('polygons that are cut', () => {
  test("have closed rings, shells counter-clockwise and holes clockwise, whichever way the source's run", async () => {
    const [polygon = []] = box(0.3, 0.3, 9.7, 9.7);
    const clockwise = polygon.map((ring) => ring.toReversed());
    const source = buildFile({ type: 'Polygon', features: [{ id: 1, geometry: flat(...clockwise) }] });
    const pieces = geometriesOf((await clipBytes(source, lakeWithIsland(21))).file);
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) {
      const rings = ringsOf(piece?.xy ?? [], piece?.ends ?? [(piece?.xy?.length ?? 0) / 2]);
      for (const ring of rings) expect(ring.at(-1)).toEqual(ring[0]);
      expect(rings.map((ring) => Math.sign(signedArea(ring)))).toEqual(rings.map((_, index) => (index === 0 ? 1 : -1)));
    }
    expect(pieces.some((piece) => (piece?.ends?.length ?? 0) > 1)).toBe(true);
  });

  test('leave no sliver at a border that they share with the boundary but for rounding', async () => {
    // A diagonal border, and a polygon whose corners on it were rounded.
    const boundary: MultiPolygonCoordinates = [
      [
        [
          [0, 0],
          [0.9, 0.3],
          [0.9, 1],
          [0, 1],
          [0, 0],
        ],
      ],
    ];
    const beside = flat([
      [0.3, 0.1],
      [0.6, 0.2],
      [0.6, 0],
      [0.3, 0.1],
    ]);
    const source = buildFile({ type: 'Polygon', features: [{ id: 1, geometry: beside }] });
    const { file, recipe } = await clipBytes(source, boundary);
    expect(geometriesOf(file)).toEqual([]);
    expect(recipe.report.counts).toMatchObject({ dropped: 1 });
  });
});

function ringsOf(xy: readonly number[], ends: readonly number[]): number[][][] {
  return ends.map((end, index) => {
    const start = ends[index - 1] ?? 0;
    return Array.from({ length: end - start }, (_, at) => xy.slice((start + at) * 2, (start + at) * 2 + 2));
  });
}

function signedArea(ring: readonly (readonly number[])[]): number {
  return ring.slice(1).reduce((sum, [x1 = 0, y1 = 0], index) => {
    const [x0 = 0, y0 = 0] = ring[index] ?? [];
    return sum + (x0 * y1 - x1 * y0) / 2;
  }, 0);
}
