import { describe, expect, it } from 'vitest';
import { intersectRuns, RunBuffer, type RunList, subtractRuns, uniteRuns } from '../../../processors/cog/run.lists.ts';
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

type Operation = (a: RunList, b: RunList, out: RunBuffer) => void;

/** What an operation gives for two lists that lie within larger arrays. */
function result(operation: Operation, a: readonly number[], b: readonly number[]): number[] {
  const listOf = (runs: readonly number[]): RunList => {
    return { columns: Int32Array.from([7, 8, ...runs, 9, 10]), first: 2, end: 2 + runs.length };
  };
  const out = new RunBuffer();
  out.push(1, 2);
  operation(listOf(a), listOf(b), out);
  return Array.from(out.columns.subarray(out.first, out.end));
}

const unite = (all: readonly (readonly number[])[]): number[] =>
  all.reduce<number[]>((united, runs) => result(uniteRuns, united, runs), []);

describe('runs', () => {
  const a = [0, 5, 8, 12, 20, 30];
  const b = [3, 9, 11, 22, 29, 40];
  it('intersect', () => expect(result(intersectRuns, a, b)).toEqual([3, 5, 8, 9, 11, 12, 20, 22, 29, 30]));
  it('subtract', () => expect(result(subtractRuns, a, b)).toEqual([0, 3, 9, 11, 22, 29]));
  it('unite', () => expect(result(uniteRuns, a, b)).toEqual([0, 40]));
  it('unite those that meet', () =>
    expect(
      unite([
        [0, 2],
        [2, 3],
        [5, 6],
      ]),
    ).toEqual([0, 3, 5, 6]));
  it('hold more than there is room for at first', () => {
    const many = Array.from({ length: 1000 }, (_, index) => index * 3 + (index % 2));
    expect(result(uniteRuns, many, [])).toEqual(many);
  });

  it.each([
    ['intersect', intersectRuns, (inA: boolean, inB: boolean) => inA && inB],
    ['subtract', subtractRuns, (inA: boolean, inB: boolean) => inA && !inB],
  ] as const)('%s column by column, in 1000 random pairs', (_name, operation, isIn) => {
    const next = numbersBelow(100, 3);
    for (let round = 0; round < 1000; round++) {
      const share = next();
      const [one, two] = [0, 1].map(() => Array.from({ length: COLUMNS }, () => next() < share));
      const wanted = Array.from({ length: COLUMNS }, (_, column) =>
        isIn(one?.[column] ?? false, two?.[column] ?? false),
      );
      expect(result(operation, runsOf(one ?? []), runsOf(two ?? []))).toEqual(runsOf(wanted));
    }
  });
});

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
  ] as const)('%s', (_name, all, united) => expect(unite(all)).toEqual(united));

  it('holds the columns of any of 1000 random lists', () => {
    const next = numbersBelow(100, 7);
    for (let round = 0; round < 1000; round++) {
      const share = next();
      const all = Array.from({ length: 1 + (round % 4) }, () => Array.from({ length: COLUMNS }, () => next() < share));
      const any = Array.from({ length: COLUMNS }, (_, column) => all.some((columns) => columns[column]));
      expect(unite(all.map(runsOf))).toEqual(runsOf(any));
    }
  });
});
