import type { TileShape } from './predictor.ts';

/** The upper bit of each byte of a word, and the others: sums of bytes side by side must not carry over. */
const UPPER_BITS = 0x80808080;
const LOWER_BITS = 0x7f7f7f7f;

/**
 * Undoes the floating-point predictor of a decoded tile in place (TIFF technical note 3): each row holds the most
 * significant bytes of all its samples first, then the next ones, as differences of bytes.
 */
export function undoFloatingPoint(bytes: Uint8Array, shape: TileShape): void {
  const { stride, rowSamples, rowBytes } = rowOf(shape);
  const row = new Uint8Array(rowBytes);
  const carries = new Uint8Array(stride);
  for (let first = 0; first < bytes.byteLength; first += rowBytes) {
    if (repeatRow(bytes, first, row)) continue;
    row.set(bytes.subarray(first, first + rowBytes));
    carries.fill(0);
    if (shape.samples.bits === 16) joinHalves(row.slice(), halvesOf(bytes, first, rowSamples), stride);
    else {
      // A sample of 64 bits is two words, the lower one first.
      const words = wordsOf(bytes, first, rowBytes);
      const step = words.length / rowSamples;
      for (let word = step - 1, plane = 0; word >= 0; word--, plane += 4 * rowSamples) {
        joinWords(row.subarray(plane), words.subarray(word), step, carries);
      }
    }
  }
}

/** Applies the floating-point predictor in place, ready for compression. */
export function applyFloatingPoint(bytes: Uint8Array, shape: TileShape): void {
  const { stride, rowSamples, rowBytes } = rowOf(shape);
  const row = new Uint8Array(rowBytes);
  for (let first = 0; first < bytes.byteLength; first += rowBytes) {
    if (repeatRow(bytes, first, row)) continue;
    row.set(bytes.subarray(first, first + rowBytes));
    const planes = bytes.subarray(first, first + rowBytes);
    if (shape.samples.bits === 16) splitHalves(halvesOf(row, 0, rowSamples), planes, stride);
    else {
      const words = wordsOf(row, 0, rowBytes);
      const step = words.length / rowSamples;
      for (let word = step - 1, plane = 0; word >= 0; word--, plane += 4 * rowSamples) {
        splitWords(words, word, step, planes.subarray(plane), stride);
      }
    }
  }
}

/**
 * Turns a row that is as the one before it was, mostly one of nodata, into what that one has become, and says so.
 * @param before the row before as it was
 */
function repeatRow(bytes: Uint8Array, first: number, before: Uint8Array): boolean {
  const last = before.byteLength - 1;
  // Two bytes tell most rows apart sooner.
  if (first === 0 || bytes[first] !== before[0] || bytes[first + last] !== before[last]) return false;
  const row = bytes.subarray(first, first + before.byteLength);
  if (Buffer.compare(row, before) !== 0) return false;
  row.set(bytes.subarray(first - before.byteLength, first));
  return true;
}

function rowOf({ width, samples }: TileShape): { stride: number; rowSamples: number; rowBytes: number } {
  const rowSamples = width * samples.samplesPerPixel;
  return { stride: samples.samplesPerPixel, rowSamples, rowBytes: (rowSamples * samples.bits) / 8 };
}

function wordsOf({ buffer, byteOffset }: Uint8Array, first: number, sizeBytes: number): Uint32Array {
  return new Uint32Array(buffer, byteOffset + first, sizeBytes / 4);
}

function halvesOf({ buffer, byteOffset }: Uint8Array, first: number, count: number): Uint16Array {
  return new Uint16Array(buffer, byteOffset + first, count);
}

/**
 * Sums four planes of differences, all four at once, to every `step`th word. Where a plane begins anew in a word, the
 * sum of those before has yet to be added.
 * @param carries sums of the planes before, by band; those of these planes too afterwards
 */
function joinWords(planes: Uint8Array, words: Uint32Array, step: number, carries: Uint8Array): void {
  const count = Math.ceil(words.length / step);
  const stride = carries.length;
  for (let band = 0; band < stride; band++) {
    let sum = 0;
    for (let at = band; at < count; at += stride) {
      const differences =
        ((planes[at] ?? 0) << 24) |
        ((planes[count + at] ?? 0) << 16) |
        ((planes[2 * count + at] ?? 0) << 8) |
        (planes[3 * count + at] ?? 0);
      sum = ((sum & LOWER_BITS) + (differences & LOWER_BITS)) ^ ((sum ^ differences) & UPPER_BITS);
      words[at * step] = sum;
    }
    let carry = carries[band] ?? 0;
    let before = 0;
    for (let shift = 24; shift >= 0; shift -= 8) {
      before |= carry << shift;
      carry = (carry + (sum >>> shift)) & 0xff;
    }
    carries[band] = carry;
    for (let at = band * step; at < words.length; at += stride * step) {
      const value = words[at] ?? 0;
      words[at] = ((value & LOWER_BITS) + (before & LOWER_BITS)) ^ ((value ^ before) & UPPER_BITS);
    }
  }
}

/** Splits every `step`th word from `first` on into four planes of differences, all four at once. */
function splitWords(words: Uint32Array, first: number, step: number, planes: Uint8Array, stride: number): void {
  const count = words.length / step;
  for (let band = 0; band < stride; band++) {
    // Each plane goes on from the end of the one before.
    const last = (count - stride + band) * step + first;
    let before = ((words[last] ?? 0) >>> 8) | (first + 1 < step ? (words[last + 1] ?? 0) << 24 : 0);
    for (let at = band; at < count; at += stride) {
      const value = words[at * step + first] ?? 0;
      const differences = ((value | UPPER_BITS) - (before & LOWER_BITS)) ^ ((value ^ ~before) & UPPER_BITS);
      before = value;
      planes[at] = differences >>> 24;
      planes[count + at] = differences >>> 16;
      planes[2 * count + at] = differences >>> 8;
      planes[3 * count + at] = differences;
    }
  }
}

function joinHalves(planes: Uint8Array, halves: Uint16Array, stride: number): void {
  const count = halves.length;
  for (let at = stride; at < planes.length; at++) planes[at] = (planes[at] ?? 0) + (planes[at - stride] ?? 0);
  for (let at = 0; at < count; at++) halves[at] = ((planes[at] ?? 0) << 8) | (planes[count + at] ?? 0);
}

function splitHalves(halves: Uint16Array, planes: Uint8Array, stride: number): void {
  const count = halves.length;
  for (let at = 0; at < count; at++) {
    const half = halves[at] ?? 0;
    planes[at] = half >>> 8;
    planes[count + at] = half;
  }
  for (let at = planes.length - 1; at >= stride; at--) planes[at] = (planes[at] ?? 0) - (planes[at - stride] ?? 0);
}
