import { expect, it } from 'vitest';
import { shortestStretch } from '../../../../processors/cog/circle.ts';

it.each([
  ['nothing', [], null],
  ['one interval', [[10, 20]], [10, 20]],
  [
    'two that span less as they stand',
    [
      [10, 20],
      [100, 110],
    ],
    [10, 110],
  ],
  [
    'two that span less across the cut',
    [
      [0, 10],
      [340, 360],
    ],
    [340, 370],
  ],
  [
    'as short either way: as they stand',
    [
      [0, 10],
      [180, 190],
    ],
    [0, 190],
  ],
  [
    'all of the circle',
    [
      [0, 200],
      [150, 360],
    ],
    [0, 360],
  ],
  [
    'an interval within another one',
    [
      [0, 300],
      [10, 20],
    ],
    [0, 300],
  ],
  [
    'in any order, negative too',
    [
      [170, 180],
      [-180, -170],
      [-150, -140],
    ],
    [170, 220],
  ],
] as const)('the shortest stretch of a circle that holds %s', (_name, intervals, expected) => {
  expect(shortestStretch(intervals, 360)).toEqual(expected);
});
