import type { Spans } from './spans.ts';

/** Bytes of one row of a mask tile: one bit a pixel, rows padded to bytes. */
export function maskRowBytes(tileWidth: number): number {
  return Math.ceil(tileWidth / 8);
}

/**
 * One tile of a 1-bit mask (TIFF 6.0, PhotometricInterpretation 4): bit 1 where the pixel is in the spans, the most
 * significant bit first.
 *
 * @param column first column of the tile, in pixels of the spans' grid
 * @param row first row of the tile
 */
export function maskTile(
  spans: Spans,
  column: number,
  row: number,
  tileWidth: number,
  tileHeight: number,
): Uint8Array<ArrayBuffer> {
  const rowBytes = maskRowBytes(tileWidth);
  const bits = new Uint8Array(rowBytes * tileHeight);
  for (let y = 0; y < tileHeight; y++) {
    const last = spans.runsEnd(row + y);
    for (let at = spans.runsStart(row + y); at < last; at += 2) {
      const start = Math.max(0, (spans.columns[at] ?? 0) - column);
      const end = Math.min(tileWidth, (spans.columns[at + 1] ?? 0) - column);
      if (start < end) setBits(bits, y * rowBytes * 8 + start, y * rowBytes * 8 + end);
    }
  }
  return bits;
}

/** Whether the bit of a pixel is set; `rowBytes` as {@link maskRowBytes} gives it. */
export function hasBit(bits: Uint8Array, rowBytes: number, x: number, y: number): boolean {
  return ((bits[y * rowBytes + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
}

/** Clears the bit of a pixel. */
export function clearBit(bits: Uint8Array, rowBytes: number, x: number, y: number): void {
  const at = y * rowBytes + (x >> 3);
  bits[at] = (bits[at] ?? 0) & ~(0x80 >> (x & 7));
}

function setBits(bits: Uint8Array, start: number, end: number): void {
  const firstByte = start >> 3;
  const lastByte = (end - 1) >> 3;
  const head = 0xff >> (start & 7);
  const tail = (0xff << (7 - ((end - 1) & 7))) & 0xff;
  if (firstByte === lastByte) {
    bits[firstByte] = (bits[firstByte] ?? 0) | (head & tail);
    return;
  }
  bits[firstByte] = (bits[firstByte] ?? 0) | head;
  bits.fill(0xff, firstByte + 1, lastByte);
  bits[lastByte] = (bits[lastByte] ?? 0) | tail;
}
