/** Order of the bytes of a number in a TIFF: `II` files are little-endian, `MM` files big-endian. */
export type ByteOrder = 'little' | 'big';

/** Turns round the bytes of every number of `unitBytes` bytes, in place. */
export function swapBytes(bytes: Uint8Array, unitBytes: number): void {
  if (unitBytes === 1) return;
  for (let start = 0; start + unitBytes <= bytes.byteLength; start += unitBytes) {
    for (let low = start, high = start + unitBytes - 1; low < high; low++, high--) {
      const byte = bytes[low] ?? 0;
      bytes[low] = bytes[high] ?? 0;
      bytes[high] = byte;
    }
  }
}
