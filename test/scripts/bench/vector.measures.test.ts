import { describe, expect, it } from 'vitest';
import { differenceOf, sampleOf } from '../../../scripts/bench/vector.measures.ts';

const THREE: [number, number][] = [
  [0, 2],
  [1, 2],
  [7, 2],
];

describe('the difference of two results', () => {
  it.each([
    ['the same', THREE, THREE, null],
    ['rounding', [[1, 1]], [[1, 1 + 1e-10]], null],
    ['a sliver that only one of them has', THREE, [...THREE, [9, 1e-12]], null],
    ['a feature less', THREE.slice(1), THREE, 'feature 0 measures nothing here and 2 there'],
    ['a feature more', THREE, THREE.slice(1), 'feature 0 measures 2 here and nothing there'],
    ['a millionth less', [[1, 1]], [[1, 1.000001]], 'feature 1 measures 1 here and 1.000001 there'],
    ['nothing against something', [], THREE, 'feature 0 measures nothing here and 2 there'],
    ['something against nothing', THREE, [], 'feature 0 measures 2 here and nothing there'],
  ] as [string, [number, number][], [number, number][], string | null][])('of %s', (_name, ours, theirs, expected) =>
    expect(differenceOf(new Map(ours), new Map(theirs))).toBe(expected),
  );
});

describe('a sample', () => {
  it('has the features whose id is below its size', () => {
    expect([...sampleOf(new Map(THREE), 2).keys()]).toEqual([0, 1]);
  });
});
