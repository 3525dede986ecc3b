import { afterAll, describe, expect, test } from 'vitest';
import { box } from '../cog/polygons.ts';
import { clipBytes } from './clip.ts';
import { clipped, RuleFolder } from './rule.folder.ts';

const folder = new RuleFolder();
afterAll(() => folder.remove());
const square = box(0, 0, 4, 4);

describe('lines', () => {
  test('that leave and come back become several features with the same attributes', async () => {
    const source = folder.sourceOf('LineString', [
      [
        [1, 1],
        [1, 6],
        [3, 6],
        [3, 1],
      ],
    ]);
    expect(await clipped(source, square)).toEqual([
      [
        0,
        'LineString',
        [
          [1, 1],
          [1, 4],
        ],
      ],
      [
        0,
        'LineString',
        [
          [3, 4],
          [3, 1],
        ],
      ],
    ]);
    const { recipe } = await clipBytes(source, square);
    expect(recipe.report.counts).toMatchObject({ source: 1, written: 2, copied: 0, cut: 1, split: 1 });
  });

  test('of a Multi source stay one feature', async () => {
    const source = folder.sourceOf('MultiLineString', [
      [
        [
          [1, 1],
          [1, 6],
          [3, 6],
          [3, 1],
        ],
      ],
    ]);
    expect(await clipped(source, square)).toEqual([
      [
        0,
        'MultiLineString',
        [
          [
            [1, 1],
            [1, 4],
          ],
          [
            [3, 4],
            [3, 1],
          ],
        ],
      ],
    ]);
  });

  const kept: [name: string, line: number[][], result: number[][] | null][] = [
    [
      'touching a corner from outside are dropped',
      [
        [5, 3],
        [3, 5],
      ],
      null,
    ],
    [
      'ending on the line from outside are dropped',
      [
        [4, 2],
        [8, 2],
      ],
      null,
    ],
    [
      'ending on the line from inside stay whole',
      [
        [1, 2],
        [4, 2],
      ],
      [
        [1, 2],
        [4, 2],
      ],
    ],
    [
      'touching the line from inside stay whole',
      [
        [1, 1],
        [2, 4],
        [3, 1],
      ],
      [
        [1, 1],
        [2, 4],
        [3, 1],
      ],
    ],
    [
      'along the left side belong to the boundary on their right',
      [
        [0, 1],
        [0, 3],
      ],
      [
        [0, 1],
        [0, 3],
      ],
    ],
    [
      'along the right side do not',
      [
        [4, 1],
        [4, 3],
      ],
      null,
    ],
    [
      'along the lower side belong to the boundary above',
      [
        [1, 0],
        [3, 0],
      ],
      [
        [1, 0],
        [3, 0],
      ],
    ],
    [
      'along the upper side do not',
      [
        [3, 4],
        [1, 4],
      ],
      null,
    ],
    [
      'through two opposite corners are cut there',
      [
        [-1, -1],
        [5, 5],
      ],
      [
        [0, 0],
        [4, 4],
      ],
    ],
    [
      'with the same vertex twice keep it',
      [
        [-1, 1],
        [1, 1],
        [1, 1],
        [2, 1],
      ],
      [
        [0, 1],
        [1, 1],
        [1, 1],
        [2, 1],
      ],
    ],
  ];
  test.each(kept)('%s', async (_, line, result) => {
    const expected = result === null ? [] : [[0, 'LineString', result]];
    expect(await clipped(folder.sourceOf('LineString', [line]), square)).toEqual(expected);
  });

  test('have Z interpolated at the cut', async () => {
    const source = folder.sourceOf(
      'LineString',
      [
        [
          [2, 2, 10],
          [6, 2, 30],
        ],
      ],
      [],
      'LineStringZ',
    );
    expect(await clipped(source, square)).toEqual([
      [
        0,
        'LineString',
        [
          [2, 2, 10],
          [4, 2, 20],
        ],
      ],
    ]);
  });
});

describe('points', () => {
  test('on the line belong to the boundary on their right, or above', async () => {
    const points = [
      [0, 2],
      [4, 2],
      [2, 0],
      [2, 4],
      [0, 0],
      [4, 4],
      [0, 4],
      [4, 0],
    ];
    const kept = await clipped(folder.sourceOf('Point', points), square);
    expect(kept.map(([, , position]) => position)).toEqual([
      [0, 2],
      [2, 0],
      [0, 0],
    ]);
  });

  test('of a MultiPoint are kept one by one', async () => {
    const source = folder.sourceOf('MultiPoint', [
      [
        [1, 1],
        [9, 9],
        [2, 2],
      ],
      [[8, 8]],
      [
        [3, 3],
        [3, 2],
      ],
    ]);
    expect(await clipped(source, square)).toEqual([
      [
        0,
        'MultiPoint',
        [
          [1, 1],
          [2, 2],
        ],
      ],
      [
        2,
        'MultiPoint',
        [
          [3, 3],
          [3, 2],
        ],
      ],
    ]);
  });
});
