import { describe, expect, test } from 'vitest';
import { bboxId, isBboxId, parseBboxId } from '../../cache/bbox.ts';
import { integer, seededRandom } from './random.ts';

describe('parseBboxId', () => {
  test.each<[string, string, number[], string]>([
    ['whole degrees', 'bbox:1,2,3,4', [1, 2, 3, 4], 'bbox:1,2,3,4'],
    ['the world', 'bbox:-180,-90,180,90', [-180, -90, 180, 90], 'bbox:-180,-90,180,90'],
    ['across the antimeridian', 'bbox:177,-19,-178,-16', [177, -19, -178, -16], 'bbox:177,-19,-178,-16'],
    ['trailing zeros', 'bbox:1.50,2.0,3.000,4.', [1.5, 2, 3, 4], 'bbox:1.5,2,3,4'],
    ['leading zeros', 'bbox:01,002,003,4', [1, 2, 3, 4], 'bbox:1,2,3,4'],
    ['plus signs', 'bbox:+1,+2,+3,+4', [1, 2, 3, 4], 'bbox:1,2,3,4'],
    ['no digit before the point', 'bbox:.5,-.5,1,1', [0.5, -0.5, 1, 1], 'bbox:0.5,-0.5,1,1'],
    ['more than 4 decimals', 'bbox:1.00004,2.00006,3,4', [1, 2.0001, 3, 4], 'bbox:1,2.0001,3,4'],
    ['minus zero', 'bbox:-0,-0.00001,3,4', [0, 0, 3, 4], 'bbox:0,0,3,4'],
    ['small values are not written with an exponent', 'bbox:0.0001,0,1,1', [0.0001, 0, 1, 1], 'bbox:0.0001,0,1,1'],
  ])('%s', (_, id, box, canonical) => {
    expect(parseBboxId(id)).toEqual(box);
    expect(bboxId(parseBboxId(id))).toBe(canonical);
  });

  test.each<[string, string]>([
    ['three numbers', 'bbox:1,2,3'],
    ['five numbers', 'bbox:1,2,3,4,5'],
    ['no numbers', 'bbox:'],
    ['an empty one', 'bbox:1,,3,4'],
    ['letters', 'bbox:a,b,c,d'],
    ['exponents', 'bbox:1e1,2,3,4'],
    ['hexadecimal', 'bbox:0x1,2,3,4'],
    ['Infinity', 'bbox:-Infinity,2,3,4'],
    ['NaN', 'bbox:NaN,2,3,4'],
    ['white space', 'bbox:1, 2,3,4'],
    ['a lone point', 'bbox:.,2,3,4'],
    ['west beyond 180', 'bbox:-180.1,2,3,4'],
    ['north beyond 90', 'bbox:1,2,3,90.1'],
    ['south above north', 'bbox:1,4,3,2'],
    ['no height', 'bbox:1,2,3,2'],
    ['no width', 'bbox:1,2,1,4'],
    ['no height once rounded', 'bbox:1,2,3,2.00001'],
    ['more digits than a number holds', `bbox:${'9'.repeat(400)},2,3,4`],
  ])('refuses %s', (_, id) => {
    expect(() => parseBboxId(id)).toThrow('is not a bounding box');
  });

  test('of any id that was written gives the same id', () => {
    const random = seededRandom(40);
    for (let round = 0; round < 2000; round += 1) {
      const south = integer(random, -900_000, 899_998) / 10_000;
      const box = [random() * 360 - 180, south, random() * 360 - 180, south + 0.0002 + random() * 1e-5] as const;
      const id = bboxId(box);
      expect(bboxId(parseBboxId(id))).toBe(id);
      expect(id).toMatch(/^bbox:-?\d+(\.\d{1,4})?(,-?\d+(\.\d{1,4})?){3}$/);
    }
  });
});

test('isBboxId looks at the prefix', () => {
  expect([isBboxId('bbox:1'), isBboxId('bbox'), isBboxId('ken'), isBboxId('BBOX:1,2,3,4')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
