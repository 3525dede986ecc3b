import { describe, expect, it } from 'vitest';
import { uniteRuns } from '../../../processors/cog/spans.ts';
import { numbersBelow } from './tile.bytes.ts';

const COLUMNS = 40;

/** Runs of the columns that are set. */
function runsOf(columns: readonly boolean[]): number[] {
  return columns.flatMap((isSet, column) => {
    const isBorder = isSet !== (columns[column - 1] ?? false);
    const isLast = isSet && column === columns.length - 1;
    return [...(isBorder ? [column] : []), ...(isLast ? [column + 1] : [])];
  });
}

describe('uniteRuns', () => {
  it.each([
    ['none', [], []],
    ['one list', [[1, 3, 5, 6]], [1, 3, 5, 6]],
    ['an empty one among others', [[], [2, 4], []], [2, 4]],
    [
      'runs that meet become one',
      [
        [0, 2, 8, 9],
        [2, 8],
      ],
      [0, 9],
    ],
    [
      'a run within another',
      [
        [0, 10],
        [3, 5],
      ],
      [0, 10],
    ],
    [
      'runs apart stay apart',
      [
        [6, 7],
        [0, 1],
        [3, 4],
      ],
      [0, 1, 3, 4, 6, 7],
    ],
    [
      'columns before the first',
      [
        [-5, -2],
        [-3, 1],
      ],
      [-5, 1],
    ],
  ] as const)('%s', (_name, all, united) => expect(uniteRuns(all)).toEqual(united));

  it('holds the columns of any of 1000 random lists', () => {
    const next = numbersBelow(100, 7);
    for (let round = 0; round < 1000; round++) {
      const share = next();
      const all = Array.from({ length: 1 + (round % 4) }, () => Array.from({ length: COLUMNS }, () => next() < share));
      const any = Array.from({ length: COLUMNS }, (_, column) => all.some((columns) => columns[column]));
      expect(uniteRuns(all.map(runsOf))).toEqual(runsOf(any));
    }
  });
});
