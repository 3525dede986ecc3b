import { describe, expect, test } from 'vitest';
import { finishRecipe, type Recipe, serialiseRecipe } from '../../cache/recipe.ts';
import { parseRecipe } from '../../cache/recipe.parse.ts';
import { seededRandom } from './random.ts';
import { sampleRecipe } from './recipe.sample.ts';

const DRAFT = {
  mediaType: 'image/tiff',
  blob: { sha256: 'b'.repeat(64), bytes: 100 },
  sources: [{ href: 'https://example.org/a.tif', etag: '"a"', bytes: 1000 }],
  report: { engine: 'cog', outputVersion: 1, counts: { copied: 2 }, notes: [] },
};

function finish(segments: [number, number, number][], change: Partial<typeof DRAFT> = {}): Promise<Recipe> {
  return finishRecipe({ ...DRAFT, ...change, segments });
}

const SEGMENTS: [number, number, number][] = [
  [0, 0, 50],
  [1, 200, 300],
  [0, 50, 50],
];

describe('finishRecipe', () => {
  test('counts the bytes and puts the blob first', async () => {
    const recipe = await finish(SEGMENTS);
    expect(recipe).toMatchObject({ version: 1, bytes: 400, segments: SEGMENTS });
    expect(recipe.sources).toEqual([
      { id: 0, href: '', etag: `"${'b'.repeat(64)}"`, bytes: 100 },
      { id: 1, href: 'https://example.org/a.tif', etag: '"a"', bytes: 1000 },
    ]);
    expect(recipe.etag).toMatch(/^"[0-9a-f]{32}"$/);
  });

  test('joins segments that continue each other, leaves out empty ones, and does not touch the draft', async () => {
    const segments: [number, number, number][] = [
      [1, 0, 10],
      [1, 10, 5],
      [0, 3, 0],
      [1, 15, 5],
      [0, 20, 5],
      [1, 20, 5],
      [1, 26, 1],
    ];
    const before = structuredClone(segments);
    const recipe = await finish(segments);
    expect(recipe.segments).toEqual([
      [1, 0, 20],
      [0, 20, 5],
      [1, 20, 5],
      [1, 26, 1],
    ]);
    expect(segments).toEqual(before);
  });

  test('gives one ETag to one clip, however its segments were cut', async () => {
    const whole = await finish([[1, 0, 20]]);
    const halves = await finish([
      [1, 0, 10],
      [1, 10, 10],
    ]);
    expect(halves.etag).toBe(whole.etag);
  });

  test.each<[string, () => Promise<Recipe>]>([
    ['segments', () => finish([[0, 0, 50]])],
    ['blob', () => finish(SEGMENTS, { blob: { sha256: 'c'.repeat(64), bytes: 100 } })],
    [
      'source ETag',
      () => finish(SEGMENTS, { sources: [{ href: 'https://example.org/a.tif', etag: '"z"', bytes: 1000 }] }),
    ],
  ])('gives another ETag with other %s', async (_, other) => {
    expect((await other()).etag).not.toBe((await finish(SEGMENTS)).etag);
  });

  test('refuses segments outside their source', async () => {
    await expect(finish([[1, 900, 101]])).rejects.toThrow('past the 1000 bytes of source 1');
    await expect(finish([[2, 0, 1]])).rejects.toThrow('source 2');
  });
});

describe('parseRecipe', () => {
  test('reads what serialiseRecipe writes', async () => {
    const random = seededRandom(50);
    for (let round = 0; round < 10; round += 1) {
      const { recipe } = await sampleRecipe(random, 30);
      expect(parseRecipe(serialiseRecipe(recipe))).toEqual(recipe);
    }
    const empty = await finish([]);
    expect(parseRecipe(serialiseRecipe(empty))).toEqual(empty);
  });

  const faults: [string, (recipe: Recipe) => unknown][] = [
    ['another version', (recipe) => ({ ...recipe, version: 2 })],
    ['no version', (recipe) => ({ ...recipe, version: undefined })],
    ['a wrong sum', (recipe) => ({ ...recipe, bytes: recipe.bytes + 1 })],
    ['negative bytes', (recipe) => ({ ...recipe, bytes: -1 })],
    ['no ETag', (recipe) => ({ ...recipe, etag: '' })],
    ['an unknown member', (recipe) => ({ ...recipe, extra: 1 })],
    ['no sources', (recipe) => ({ ...recipe, sources: [] })],
    ['sources out of order', (recipe) => ({ ...recipe, sources: recipe.sources.toReversed() })],
    ['a source less', (recipe) => ({ ...recipe, sources: recipe.sources.slice(0, 1) })],
    [
      'a shorter source',
      (recipe) => ({ ...recipe, sources: recipe.sources.map((source) => ({ ...source, bytes: 5 })) }),
    ],
    ['a segment of nothing', (recipe) => ({ ...recipe, segments: [...recipe.segments, [0, 0, 0]] })],
    ['a segment of four numbers', (recipe) => ({ ...recipe, segments: [[0, 0, 400, 1]] })],
    ['a segment of fractions', (recipe) => ({ ...recipe, segments: [[0, 0.5, 399.5]] })],
    ['a segment before the start', (recipe) => ({ ...recipe, segments: [[1, -1, 400]] })],
    ['a segment past all integers', (recipe) => ({ ...recipe, segments: [[1, 2 ** 53, 400]] })],
    ['texts for numbers', (recipe) => ({ ...recipe, segments: [['1', '0', '400']] })],
    ['no report', (recipe) => ({ ...recipe, report: undefined })],
    ['null', () => null],
    ['a list', () => []],
  ];
  test.each(faults)('refuses %s', async (_, change) => {
    const damaged = JSON.stringify(change(await finish(SEGMENTS)));
    expect(() => parseRecipe(damaged)).toThrow();
  });

  test('refuses what is cut short, wherever it is cut', async () => {
    const json = serialiseRecipe(await finish(SEGMENTS));
    for (let length = 0; length < json.length; length += 1) {
      expect(() => parseRecipe(json.slice(0, length))).toThrow();
    }
  });

  test('names the versions when it refuses one', async () => {
    const json = JSON.stringify({ ...(await finish(SEGMENTS)), version: 7 });
    expect(() => parseRecipe(json)).toThrow('Recipe has version 7; this program reads version 1.');
  });
});
