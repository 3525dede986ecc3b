import { describe, expect, test } from 'vitest';
import { flatgeobufEngine } from '../../../processors/flatgeobuf/engine.ts';

describe('parameters', () => {
  test('default to clip', () => expect(flatgeobufEngine.parameters({})).toEqual({ mode: 'clip' }));
  const refused: [name: string, given: Record<string, string | number>, message: string][] = [
    ['intersects', { mode: 'intersects' }, 'The mode "intersects" is not supported yet'],
    ['within', { mode: 'within' }, 'not supported yet'],
    ['another word', { mode: 'cut' }, 'The mode "cut" does not exist'],
    ['a number', { mode: 3 }, 'The mode "3" does not exist'],
    ['an unknown option', { nodata: 0 }, '"nodata" is not an option'],
  ];
  test.each(refused)('refuse %s', (_, given, message) => {
    expect(() => flatgeobufEngine.parameters(given)).toThrow(message);
  });
});
