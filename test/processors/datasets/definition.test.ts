import { describe, expect, test } from 'vitest';
import { readDefinition } from '../../../processors/datasets/definition.ts';

const LICENCE = { name: 'CC-BY-4.0', title: 'Attribution', path: 'https://creativecommons.org/licenses/by/4.0/' };
const VALID = {
  name: 'flood',
  version: '1.0',
  title: 'Flood depth',
  summary: 'Depth of water.',
  author: 'An Institute',
  citation: 'An Institute (2026).',
  licence: LICENCE,
  origin_url: 'https://example.org/flood',
  engine: 'cog',
  href: 'https://example.org/flood.tif',
};
const { href: _href, ...WITHOUT_FILES } = VALID;
const part = (id: string | undefined, more: object = {}) => ({ part: id, href: `${id}.tif`, ...more });

function without(field: string): object {
  return Object.fromEntries(Object.entries(VALID).filter(([name]) => name !== field));
}

describe('readDefinition', () => {
  test('gives every field its place', () => {
    const definition = {
      ...WITHOUT_FILES,
      options: { level: 6, nodata: null },
      parts: [{ part: 'rp100', title: '100 years', href: 's3://bucket/rp100.tif', dimensions: { return_period: 100 } }],
    };
    const { origin_url: originUrl, ...rest } = definition;
    expect(readDefinition(definition, 'x.yaml')).toEqual({ definition: { ...rest, originUrl, file: 'x.yaml' } });
  });

  test('a single href is a part without a name', () => {
    const read = readDefinition(VALID, 'x.yaml');
    expect(read).toMatchObject({
      definition: { options: {}, parts: [{ part: null, title: null, href: VALID.href, dimensions: {} }] },
    });
  });

  test.each<[string, unknown, string, RegExp]>([
    ...['name', 'version', 'title', 'summary', 'author', 'citation', 'licence', 'origin_url', 'engine'].map(
      (field): [string, unknown, string, RegExp] => [`no ${field}`, without(field), field, /is missing|Invalid option/],
    ),
    ['no file', without('href'), 'href', /either href.*or parts/],
    ['href and parts', { ...VALID, parts: [part('a')] }, 'href', /either href.*or parts/],
    ['no parts', { ...WITHOUT_FILES, parts: [] }, 'parts', />=1/],
    ['an unknown field', { ...VALID, license: LICENCE }, 'license', /no field/],
    ['an unknown field of the licence', { ...VALID, licence: { ...LICENCE, url: 'x' } }, 'licence.url', /no field/],
    ['a licence without a path', { ...VALID, licence: { name: 'x', title: 'x' } }, 'licence.path', /is missing/],
    ['a licence path that is no URL', { ...VALID, licence: { ...LICENCE, path: 'here' } }, 'licence.path', /URL/],
    ['an empty citation', { ...VALID, citation: ' ' }, 'citation', />=1/],
    ['a version read as a number', { ...VALID, version: 1.1 }, 'version', /put it in quotes/],
    ['a name that is no id', { ...VALID, name: 'Flood Depth' }, 'name', /not a valid id/],
    ['an engine that there is not', { ...VALID, engine: 'gdal' }, 'engine', /"cog"\|"flatgeobuf"/],
    ['an origin that is no web page', { ...VALID, origin_url: 'javascript:alert(1)' }, 'origin_url', /URL/],
    ['a nested option', { ...VALID, options: { a: [1] } }, 'options.a', /Invalid/],
    ['a scheme that is not read', { ...VALID, href: 'ftp://example.org/x' }, 'href', /https:, http:, s3: or file:/],
    [
      'two parts of one name',
      { ...WITHOUT_FILES, parts: [part('a'), part('b'), part('a')] },
      'parts[2].part',
      /as in parts\[0\]/,
    ],
    [
      'one nameless part of two',
      { ...WITHOUT_FILES, parts: [part('a'), part(undefined)] },
      'parts[1].part',
      /is missing/,
    ],
    ['a part without a file', { ...WITHOUT_FILES, parts: [{ part: 'a' }] }, 'parts[0].href', /is missing/],
    [
      'an unknown field of a part',
      { ...WITHOUT_FILES, parts: [part('a', { epoch: 1 })] },
      'parts[0].epoch',
      /no field/,
    ],
    ['a list', [VALID], '', /expected object/],
    ['nothing', null, '', /expected object/],
  ])('refuses %s', (_, value, field, message) => {
    const read = readDefinition(value, 'x.yaml');
    const faults = 'faults' in read ? read.faults : [];
    expect(faults).toEqual([{ field, message: expect.stringMatching(message) }]);
  });

  test('gives all faults at once', () => {
    const { citation: _citation, author: _author, ...rest } = VALID;
    const read = readDefinition({ ...rest, engine: 'x', colour: 'red' }, 'x.yaml');
    const fields = 'faults' in read ? read.faults.map(({ field }) => field) : [];
    expect(fields.sort()).toEqual(['author', 'citation', 'colour', 'engine']);
  });
});
