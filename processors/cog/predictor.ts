import { applyFloatingPoint, undoFloatingPoint } from './predictor.float.ts';
import type { SampleLayout } from './samples.ts';

/** Shape of a tile as predictors see it. */
export interface TileShape {
  readonly width: number;
  readonly height: number;
  readonly samples: SampleLayout;
}

/** Undoes the horizontal differencing of a decoded tile in place (TIFF 6.0, section 14; technical note 3). */
export function undoPredictor(predictor: 1 | 2 | 3, bytes: Uint8Array, shape: TileShape): void {
  if (predictor === 2) undoDifferences(bytes, shape);
  else if (predictor === 3) undoFloatingPoint(bytes, shape);
}

/** Applies the predictor in place, ready for compression. */
export function applyPredictor(predictor: 1 | 2 | 3, bytes: Uint8Array, shape: TileShape): void {
  if (predictor === 2) applyDifferences(bytes, shape);
  else if (predictor === 3) applyFloatingPoint(bytes, shape);
}

type Integers = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/** Samples as unsigned integers of their width: differencing wraps around, whatever they mean. */
function integersOf(bytes: Uint8Array, bits: SampleLayout['bits']): Integers {
  const { buffer, byteOffset, byteLength } = bytes;
  if (bits === 8) return bytes;
  if (bits === 16) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  if (bits === 32) return new Uint32Array(buffer, byteOffset, byteLength / 4);
  return new BigUint64Array(buffer, byteOffset, byteLength / 8);
}

function undoDifferences(bytes: Uint8Array, { width, height, samples }: TileShape): void {
  const stride = samples.samplesPerPixel;
  const rowSamples = width * stride;
  const values = integersOf(bytes, samples.bits);
  if (values instanceof BigUint64Array) {
    for (let row = 0; row < height; row++) {
      const end = (row + 1) * rowSamples;
      for (let at = row * rowSamples + stride; at < end; at++)
        values[at] = (values[at] ?? 0n) + (values[at - stride] ?? 0n);
    }
    return;
  }
  // Band by band: the running value stays in a register, which halves the time.
  for (let first = 0; first < height * rowSamples; first += rowSamples) {
    for (let band = first; band < first + stride; band++) {
      let value = 0;
      for (let at = band; at < first + rowSamples; at += stride) {
        value = (value + (values[at] ?? 0)) | 0;
        values[at] = value;
      }
    }
  }
}

function applyDifferences(bytes: Uint8Array, { width, height, samples }: TileShape): void {
  const stride = samples.samplesPerPixel;
  const rowSamples = width * stride;
  const values = integersOf(bytes, samples.bits);
  if (values instanceof BigUint64Array) {
    for (let row = 0; row < height; row++) {
      const first = row * rowSamples + stride;
      for (let at = first + rowSamples - stride - 1; at >= first; at--) {
        values[at] = (values[at] ?? 0n) - (values[at - stride] ?? 0n);
      }
    }
    return;
  }
  for (let first = 0; first < height * rowSamples; first += rowSamples) {
    for (let band = first; band < first + stride; band++) {
      let before = 0;
      for (let at = band; at < first + rowSamples; at += stride) {
        const value = values[at] ?? 0;
        values[at] = value - before;
        before = value;
      }
    }
  }
}
