import { describe, expect, it } from 'vitest';
import { median, medianRatio } from '../../../scripts/bench/pairs.ts';

describe('the median', () => {
  it.each([
    ['of an odd count, the middle one whatever the order', [9, 1, 5], 5],
    ['of an even count, the mean of the middle two', [4, 1, 2, 9], 3],
    ['of one', [7], 7],
    ['of none', [], Number.NaN],
  ])('%s', (_name, values, expected) => expect(median(values)).toBe(expected));
});

describe('the ratio of runs in pairs', () => {
  it('is that of each pair, so that load on both of one pair does not show', () => {
    expect(medianRatio([1, 10, 2], [4, 40, 8])).toBe(0.25);
  });
  it('leaves out a run without its partner', () => expect(medianRatio([1, 1, 9], [2, 2])).toBe(0.5));
  it('is NaN where nothing was paired', () => expect(medianRatio([1], [])).toBeNaN());
});
