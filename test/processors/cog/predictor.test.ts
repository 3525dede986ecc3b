import { describe, expect, it } from 'vitest';
import { applyPredictor, type TileShape, undoPredictor } from '../../../processors/cog/predictor.ts';
import { numbersBelow } from './tile.bytes.ts';

const MAX = 2n ** 64n - 1n;
const VALUES: Readonly<Record<string, readonly bigint[]>> = {
  'sums that carry into the upper word': [0xffff_ffffn, 1n, 0xffff_fffen, 0x1_0000_0000n, 2n, 0xffff_ffffn],
  'differences that borrow from it': [0x1_0000_0000n, 0xffff_ffffn, 0x2_0000_0001n, 0x1_ffff_ffffn, 0n, 5n],
  'wraps around 2^64': [MAX, 0n, MAX, 1n, MAX - 1n, 2n ** 63n],
  'equal ones': [2n ** 62n, 2n ** 62n, 2n ** 62n, 2n ** 62n, 2n ** 62n, 2n ** 62n],
};

describe('horizontal differencing of 64 bits', () => {
  const cases = [1, 2, 3].flatMap((bands) => Object.keys(VALUES).map((name) => ({ bands, name })));
  it.each(cases)('$name, $bands bands', ({ bands, name }) => {
    const shape = shapeOf(6 / bands, 2, bands);
    const row = VALUES[name] ?? [];
    const values = BigUint64Array.from([...row, ...row.toReversed()]);
    expectDifferences(values, shape);
  });

  it('any values', () => {
    const next = numbersBelow(2 ** 32);
    const words = Uint32Array.from({ length: 2 * 48 * 16 * 2 }, next);
    expectDifferences(new BigUint64Array(words.buffer), shapeOf(48, 16, 2));
  });
});

function shapeOf(width: number, height: number, bands: number): TileShape {
  const samples = {
    format: 'uint',
    bits: 64,
    storedBits: 64,
    samplesPerPixel: bands,
    bytesPerPixel: bands * 8,
  } as const;
  return { width, height, samples };
}

function expectDifferences(values: BigUint64Array<ArrayBuffer>, shape: TileShape): void {
  const stride = shape.samples.samplesPerPixel;
  const rowSamples = shape.width * stride;
  const differences = values.map((value, at) =>
    at % rowSamples < stride ? value : value - (values[at - stride] ?? 0n),
  );
  const worked = values.slice();
  applyPredictor(2, new Uint8Array(worked.buffer), shape);
  expect(worked).toEqual(differences);
  undoPredictor(2, new Uint8Array(worked.buffer), shape);
  expect(worked).toEqual(values);
}
