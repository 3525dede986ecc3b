import { describe, expect, test } from 'vitest';
import { BUILT_IN_DEFINITIONS } from '../../../processors/datasets/built-in.ts';
import { loadDefinitions } from '../../../processors/datasets/definition.load.ts';
import { openSource } from '../../../processors/source/open.ts';
import { hastyContext } from '../source/hasty.ts';

const definitions = await loadDefinitions([BUILT_IN_DEFINITIONS]);
const context = hastyContext({ schemes: ['file'], fileRoots: [BUILT_IN_DEFINITIONS.dataFolder] });
/** First bytes of the formats: little-endian TIFF, FlatGeobuf. */
const SIGNATURES = { cog: '49492a00', flatgeobuf: '66676203' };

describe('the definitions that come with Cutline', () => {
  test('have a raster and a vector dataset', () => {
    expect(new Set(definitions.map(({ engine }) => engine))).toEqual(new Set(['cog', 'flatgeobuf']));
  });

  test.each(
    definitions.flatMap(({ name, version, engine, parts }) =>
      parts.map(({ part, href }) => ({ id: `${name} ${version} ${part ?? ''}`, engine, href })),
    ),
  )('name a file of their engine: $id', async ({ engine, href }) => {
    const reader = await openSource(href, context);
    expect(Buffer.from(await reader.read(0, 4)).toString('hex')).toBe(SIGNATURES[engine]);
    await reader.close();
  });
});
