import { describe, expect, it } from 'vitest';
import { GEO_KEY, parseGeoKeys } from '../../../processors/crs/geokeys.ts';

const ASCII = 34737;
const DOUBLES = 34736;
const directory = (
  ...entries: (readonly [key: number, location: number, count: number, value: number])[]
): number[] => [1, 1, 0, entries.length, ...entries.flat()];

describe('values of keys', () => {
  const ascii = 'WGS 84 / UTM|||one\0|';
  it.each([
    ['a number in the entry', [GEO_KEY.modelType, 0, 1, 2], 2],
    ['a text, closed by bars', [GEO_KEY.citation, ASCII, 15, 0], 'WGS 84 / UTM'],
    ['a text, closed by NUL and bar', [GEO_KEY.citation, ASCII, 5, 15], 'one'],
    ['a text of bars only', [GEO_KEY.citation, ASCII, 2, 12], ''],
    ['a double', [2057, DOUBLES, 1, 1], 0.5],
    ['several doubles', [2062, DOUBLES, 2, 0], [6_378_137, 0.5]],
  ] as const)('%s', (_name, entry, value) => {
    expect(parseGeoKeys(directory(entry), [6_378_137, 0.5], ascii).get(entry[0])).toEqual(value);
  });
});

describe('hostile directories are refused at once', () => {
  const many = (count: number, location: number): number[] =>
    directory(...Array.from({ length: 65_535 }, (_, key) => [key, location, count, 0] as const));
  it.each([
    ['65535 keys of 65535 doubles each', many(65_535, DOUBLES), /has 65535 keys/],
    ['a thousand keys of 65535 characters each', many(65_535, ASCII).with(3, 1000), /claim more than/],
    ['a text past the end', directory([GEO_KEY.citation, ASCII, 70_000, 0]), /GeoKey 1026 points outside/],
    ['doubles past the end', directory([2057, DOUBLES, 2, 65_535]), /GeoKey 2057 points outside/],
    ['a tag that holds no values', directory([2057, 5, 1, 0]), /GeoKey 2057 points outside/],
  ])('%s', (_name, entries, detail) => {
    const [doubles, ascii] = [new Float64Array(65_536), `${'|'.repeat(65_534)}x`];
    expect(() => parseGeoKeys(entries, doubles, ascii)).toThrow(detail);
  });
});
