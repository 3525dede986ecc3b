import { describe, expect, test } from 'vitest';
import { isAdHocId, isId, quoted, requireId } from '../../cache/ids.ts';
import { Problem } from '../../cache/problem.ts';

describe('isId', () => {
  test.each([
    'ken',
    'a',
    '0',
    '1.3.0',
    'wri_powerplants',
    'a-b_c.d',
    'x'.repeat(64),
    'zip',
    'a.zipper',
    'searching',
    'geo-x',
  ])('%s may be one', (id) => {
    expect(isId(id)).toBe(true);
    expect(requireId(id, 'boundary')).toBe(id);
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['65 characters', 'x'.repeat(65)],
    ['a megabyte', 'x'.repeat(1_000_000)],
    ['capitals', 'KEN'],
    ['a leading dot', '.ken'],
    ['the parent folder', '..'],
    ['a leading dash', '-ken'],
    ['a slash', 'a/b'],
    ['an encoded slash', 'a%2fb'],
    ['a backslash', 'a\\b'],
    ['a space', 'a b'],
    ['NUL', 'ken\0'],
    ['a line end', 'ken\n'],
    ['a colon', 'bbox:1'],
    ['a letter that is not ASCII', 'kén'],
    ['a long s, which folds to s', 'ſ'],
    ['the route word', 'search'],
    ['an archive ending', 'ken.zip'],
    ['a document ending', 'datapackage.json'],
    ['a text ending', 'robots.txt'],
    ['a page ending', 'index.html'],
  ])('%s may not', (_, id) => {
    expect(isId(id)).toBe(false);
    expect(() => requireId(id, 'boundary')).toThrow(Problem);
  });

  test('the problem says what is wrong, with the value, shortened', () => {
    expect(() => requireId('KEN', 'boundary')).toThrow('"KEN" cannot be the id of a boundary');
    const message = (() => {
      try {
        return requireId('X'.repeat(1_000_000), 'dataset');
      } catch (error) {
        return String(error);
      }
    })();
    expect(message.length).toBeLessThan(500);
  });
});

describe('isAdHocId', () => {
  test.each([
    [`geo-${'0123456789abcdef'.repeat(2)}01234567`, true],
    [`geo-${'0'.repeat(39)}`, false],
    [`geo-${'0'.repeat(41)}`, false],
    [`geo-${'G'.repeat(40)}`, false],
    ['ken', false],
  ])('%s: %s', (id, expected) => {
    expect(isAdHocId(id)).toBe(expected);
  });
});

test('quoted escapes control characters', () => {
  expect(quoted('a\r\n"b"')).toBe(String.raw`"a\r\n\"b\""`);
});
