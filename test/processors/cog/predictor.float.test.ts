import { describe, expect, it } from 'vitest';
import { applyPredictor, type TileShape, undoPredictor } from '../../../processors/cog/predictor.ts';
import { numbersBelow } from './tile.bytes.ts';

type Bits = 16 | 32 | 64;

/** A row as technical note 3 has it, step by step: planes of bytes, the most significant first, then differences. */
function predictedRow(row: Uint8Array, bits: Bits, stride: number): Uint8Array {
  const sampleBytes = bits / 8;
  const count = row.byteLength / sampleBytes;
  const planes = new Uint8Array(row.byteLength);
  for (let sample = 0; sample < count; sample++) {
    for (let plane = 0; plane < sampleBytes; plane++) {
      planes[plane * count + sample] = row[sample * sampleBytes + (sampleBytes - 1 - plane)] ?? 0;
    }
  }
  return planes.map((byte, at) => (at < stride ? byte : byte - (planes[at - stride] ?? 0)));
}

function predicted(bytes: Uint8Array, { width, height, samples }: TileShape, bits: Bits): Uint8Array {
  const rowBytes = width * samples.bytesPerPixel;
  const rows = Array.from({ length: height }, (_, row) => bytes.subarray(row * rowBytes, (row + 1) * rowBytes));
  return Buffer.concat(rows.map((row) => predictedRow(row, bits, samples.samplesPerPixel)));
}

const FILLS: Readonly<Record<string, () => (at: number, rowBytes: number) => number>> = {
  'bytes of any value': () => numbersBelow(256),
  zeros: () => () => 0,
  'bytes that carry over': () => (at) => (at % 3 === 0 ? 0x80 : 0xff),
  'equal rows with others between': () => (at, rowBytes) => (Math.floor(at / rowBytes) % 3 === 1 ? at & 0xff : 0x5a),
};

describe('the floating-point predictor', () => {
  const bits: readonly Bits[] = [16, 32, 64];
  const cases = bits.flatMap((width) =>
    [1, 2, 3, 5].flatMap((bands) => Object.keys(FILLS).map((fill) => ({ bits: width, bands, fill }))),
  );
  it.each(cases)('of $bits bits, $bands bands, $fill', ({ bits: width, bands, fill }) => {
    for (const [tileWidth, height] of [
      [1, 1],
      [7, 5],
      [48, 16],
    ] as const) {
      const samples = {
        format: 'float' as const,
        bits: width,
        storedBits: width,
        samplesPerPixel: bands,
        bytesPerPixel: (bands * width) / 8,
      };
      const shape: TileShape = { width: tileWidth, height, samples };
      const rowBytes = tileWidth * samples.bytesPerPixel;
      const valueAt = FILLS[fill]?.() ?? (() => 0);
      const bytes = Uint8Array.from({ length: rowBytes * height }, (_, at) => valueAt(at, rowBytes));
      const worked = bytes.slice();
      applyPredictor(3, worked, shape);
      expect(Buffer.compare(worked, predicted(bytes, shape, width))).toBe(0);
      undoPredictor(3, worked, shape);
      expect(Buffer.compare(worked, bytes)).toBe(0);
    }
  });
});
