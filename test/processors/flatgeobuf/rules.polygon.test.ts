import { afterAll, describe, expect, test } from 'vitest';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { box } from '../cog/polygons.ts';
import { clipBytes } from './clip.ts';
import { areaOfClipped, clipped, RuleFolder } from './rule.folder.ts';

const folder = new RuleFolder();
afterAll(() => folder.remove());
const square = box(0, 0, 4, 4);
const squareWithHole: MultiPolygonCoordinates = [[...(square[0] ?? []), ...(box(1, 1, 3, 3)[0] ?? [])]];

describe('polygons', () => {
  const areas: [name: string, polygon: MultiPolygonCoordinates, boundary: MultiPolygonCoordinates, area: number][] = [
    ['around a lake of the boundary lose it', box(0.5, 0.5, 3.5, 3.5), squareWithHole, 5],
    ['around an island of the boundary are cut to it', box(-9, -9, 9, 9), square, 16],
    ['in a lake of the boundary are dropped', box(1.5, 1.5, 2.5, 2.5), squareWithHole, 0],
    ['that share a side with the boundary from outside are dropped', box(4, 0, 8, 4), square, 0],
    ['that touch a corner are dropped', box(4, 4, 8, 8), square, 0],
    ['that share sides from inside stay whole', box(0, 0, 2, 4), square, 8],
    [
      'with a hole around the boundary are dropped',
      [[...(box(-9, -9, 9, 9)[0] ?? []), ...(box(-1, -1, 5, 5)[0] ?? [])]],
      square,
      0,
    ],
    ['across two parts of the boundary keep both', box(3, 1, 7, 3), [...square, ...box(6, 0, 9, 9)], 4],
  ];
  test.each(areas)('%s', async (_, polygon, boundary, area) => {
    const kept = await clipped(folder.sourceOf('Polygon', [polygon[0]]), boundary);
    const sum = areaOfClipped(kept);
    expect(sum).toBe(area);
    expect(kept.length > 0).toBe(area > 0);
  });

  test('whose edges cross are made valid before they are cut, which the report says', async () => {
    const bowTie = [
      [
        [
          [-2, 1],
          [2, 3],
          [2, 1],
          [-2, 3],
          [-2, 1],
        ],
      ],
    ];
    const source = folder.sourceOf('Polygon', bowTie);
    const { recipe } = await clipBytes(source, square);
    const kept = await clipped(source, square);
    expect(areaOfClipped(kept)).toBeCloseTo(2, 12);
    expect(recipe.report.notes).toEqual(['Feature 0 was made valid before the cut, since its edges cross.']);
  });

  test('are cut to a boundary whose edges cross by the even-odd rule, which the report says', async () => {
    const bowTie: MultiPolygonCoordinates = [
      [
        [
          [0, 0],
          [4, 4],
          [4, 0],
          [0, 4],
          [0, 0],
        ],
      ],
    ];
    const source = folder.sourceOf('Polygon', [box(3, -1, 9, 9)[0]]);
    const kept = await clipped(source, bowTie);
    expect(areaOfClipped(kept)).toBeCloseTo(3, 12);
    expect((await clipBytes(source, bowTie)).recipe.report.notes).toEqual([
      'Edges of the boundary crossed one another; its polygons were united before the cut.',
    ]);
  });
});
