import { applyFloatingPoint, undoFloatingPoint } from './predictor.float.ts';
import type { SampleLayout } from './samples.ts';

const WORD_MAX = 0xffff_ffff;

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

/** Samples as unsigned integers of their width: differencing wraps around, whatever they mean. */
function integersOf(bytes: Uint8Array, bits: 8 | 16 | 32): Uint8Array | Uint16Array | Uint32Array {
  const { buffer, byteOffset, byteLength } = bytes;
  if (bits === 8) return bytes;
  if (bits === 16) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  return wordsOf(bytes);
}

function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

function undoDifferences(bytes: Uint8Array, { width, height, samples }: TileShape): void {
  const stride = samples.samplesPerPixel;
  const rowSamples = width * stride;
  if (samples.bits === 64) return undoPairs(wordsOf(bytes), rowSamples * 2, stride * 2);
  const values = integersOf(bytes, samples.bits);
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
  if (samples.bits === 64) return applyPairs(wordsOf(bytes), rowSamples * 2, stride * 2);
  const values = integersOf(bytes, samples.bits);
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

/** {@link undoDifferences} of pairs of words, the lower one first: BigInts take many times as long. */
function undoPairs(words: Uint32Array, rowWords: number, stride: number): void {
  for (let first = 0; first < words.length; first += rowWords) {
    for (let band = first; band < first + stride; band += 2) {
      let low = 0;
      let high = 0;
      for (let at = band; at < first + rowWords; at += stride) {
        const sum = low + (words[at] ?? 0);
        high = (high + (words[at + 1] ?? 0) + (sum > WORD_MAX ? 1 : 0)) | 0;
        low = sum >>> 0;
        words[at] = low;
        words[at + 1] = high;
      }
    }
  }
}

/** {@link applyDifferences} to pairs of words. */
function applyPairs(words: Uint32Array, rowWords: number, stride: number): void {
  for (let first = 0; first < words.length; first += rowWords) {
    for (let band = first; band < first + stride; band += 2) {
      let lowBefore = 0;
      let highBefore = 0;
      for (let at = band; at < first + rowWords; at += stride) {
        const low = words[at] ?? 0;
        const high = words[at + 1] ?? 0;
        words[at] = low - lowBefore;
        words[at + 1] = high - highBefore - (low < lowBefore ? 1 : 0);
        lowBefore = low;
        highBefore = high;
      }
    }
  }
}
