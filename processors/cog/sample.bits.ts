/** Rows of samples that share bytes: each row begins at a new byte, the high bit first (TIFF 6.0, section 8). */
export interface BitRows {
  readonly samplesPerRow: number;
  readonly rows: number;
  /** Bits of a sample in the file, below 16. */
  readonly bits: number;
}

type Unpacked = Uint8Array | Uint16Array;

/** Bytes of one row. */
export function packedRowBytes({ samplesPerRow, bits }: Pick<BitRows, 'samplesPerRow' | 'bits'>): number {
  return Math.ceil((samplesPerRow * bits) / 8);
}

/** Gives every sample an element of its own. */
export function unpackBits(packed: Uint8Array, shape: BitRows, out: Unpacked): void {
  const { samplesPerRow, rows, bits } = shape;
  const rowBytes = packedRowBytes(shape);
  const mask = (1 << bits) - 1;
  let to = 0;
  for (let row = 0; row < rows; row++) {
    let at = row * rowBytes;
    let pending = 0;
    let pendingBits = 0;
    for (let sample = 0; sample < samplesPerRow; sample++) {
      while (pendingBits < bits) {
        pending = ((pending & mask) << 8) | (packed[at++] ?? 0);
        pendingBits += 8;
      }
      pendingBits -= bits;
      out[to++] = (pending >>> pendingBits) & mask;
    }
  }
}

/** Puts samples back together; bits that fill up a row are 0. */
export function packBits(samples: Unpacked, shape: BitRows): Uint8Array<ArrayBuffer> {
  const { samplesPerRow, rows, bits } = shape;
  const rowBytes = packedRowBytes(shape);
  const packed = new Uint8Array(rows * rowBytes);
  let from = 0;
  for (let row = 0; row < rows; row++) {
    let at = row * rowBytes;
    let pending = 0;
    let pendingBits = 0;
    for (let sample = 0; sample < samplesPerRow; sample++) {
      pending = (pending << bits) | (samples[from++] ?? 0);
      pendingBits += bits;
      while (pendingBits >= 8) {
        pendingBits -= 8;
        packed[at++] = pending >>> pendingBits;
      }
      pending &= (1 << pendingBits) - 1;
    }
    if (pendingBits > 0) packed[at] = pending << (8 - pendingBits);
  }
  return packed;
}
