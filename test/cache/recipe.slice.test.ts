import { describe, expect, test } from 'vitest';
import { segmentEnds, sliceRecipe } from '../../cache/recipe.slice.ts';
import { integer, seededRandom } from './random.ts';
import { cookedSample, sampleRecipe } from './recipe.sample.ts';

describe('sliceRecipe', () => {
  const sources = [new Uint8Array(10), new Uint8Array(100)];
  const sample = cookedSample(sources, [
    [0, 0, 10],
    [1, 50, 20],
    [0, 5, 5],
  ]);

  test.each<[string, number, number, number[][]]>([
    [
      'all',
      0,
      35,
      [
        [0, 0, 10],
        [1, 50, 20],
        [0, 5, 5],
      ],
    ],
    ['nothing at the start', 0, 0, []],
    ['nothing in the middle', 10, 10, []],
    ['nothing at the end', 35, 35, []],
    ['one whole segment', 10, 30, [[1, 50, 20]]],
    ['inside one segment', 12, 14, [[1, 52, 2]]],
    [
      'across a border',
      9,
      11,
      [
        [0, 9, 1],
        [1, 50, 1],
      ],
    ],
    ['the last byte', 34, 35, [[0, 9, 1]]],
    ['the first byte', 0, 1, [[0, 0, 1]]],
  ])('%s', async (_, start, end, expected) => {
    expect(sliceRecipe((await sample).recipe, start, end)).toEqual(expected);
  });

  test.each([
    [-1, 5],
    [0, 36],
    [20, 10],
    [0.5, 2],
    [0, Number.NaN],
  ])('%s to %s lies outside', async (start, end) => {
    const { recipe } = await sample;
    expect(() => sliceRecipe(recipe, start, end)).toThrow(RangeError);
  });

  test('leaves the recipe as it was', async () => {
    const { recipe } = await sample;
    const before = JSON.stringify(recipe);
    sliceRecipe(recipe, 3, 33);
    expect(JSON.stringify(recipe)).toBe(before);
  });

  test('of random recipes gives the bytes that the whole has there', async () => {
    const random = seededRandom(1);
    for (let round = 0; round < 20; round += 1) {
      const { recipe, whole, sources: files } = await sampleRecipe(random, integer(random, 1, 60));
      const ends = segmentEnds(recipe);
      for (let slice = 0; slice < 20; slice += 1) {
        const start = integer(random, 0, whole.length);
        const end = integer(random, start, Math.min(whole.length, start + 5000));
        const pieces = sliceRecipe(recipe, start, end, ends).map(
          ([id, offset, length]) => files[id]?.subarray(offset, offset + length) ?? new Uint8Array(),
        );
        const bytes = Buffer.concat(pieces);
        expect(bytes.equals(whole.subarray(start, end)), `round ${round}, bytes ${start} to ${end}`).toBe(true);
      }
    }
  });
});
