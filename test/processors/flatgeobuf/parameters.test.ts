import { describe, expect, test } from 'vitest';
import { flatgeobufEngine } from '../../../processors/flatgeobuf/engine.ts';

describe('parameters', () => {
  const accepted: [name: string, given: Record<string, string | null>, checked: Record<string, string>][] = [
    ['nothing: features are cut, and split where the type has one part', {}, { mode: 'clip', multipart: 'split' }],
    ['null, which stands for the default', { mode: null }, { mode: 'clip', multipart: 'split' }],
    ['a mode', { mode: 'within' }, { mode: 'within', multipart: 'split' }],
    ['what becomes of pieces', { multipart: 'promote' }, { mode: 'clip', multipart: 'promote' }],
  ];
  test.each(accepted)('take %s', (_, given, checked) => expect(flatgeobufEngine.parameters(given)).toEqual(checked));

  const refused: [name: string, given: Record<string, string | number>, message: string][] = [
    ['another mode', { mode: 'cut' }, 'Option mode is "cut"; it may be clip, intersects, within.'],
    ['a number', { mode: 3 }, 'Option mode is 3; it may be'],
    ['another way with pieces', { multipart: 'Promote' }, 'Option multipart is "Promote"; it may be split, promote.'],
    [
      'an unknown option',
      { nodata: 0 },
      '"nodata" is not an option of the flatgeobuf engine. It knows: mode, multipart.',
    ],
  ];
  test.each(refused)('refuse %s', (_, given, message) => {
    expect(() => flatgeobufEngine.parameters(given)).toThrow(message);
  });
});
