const RUN_MAX = 128;
const NO_OPERATION = 0x80;
/** A file may hold one byte after the data, to end at an even offset. */
const PADDING_BYTES_MAX = 1;

/** Compresses each row by itself, as TIFF 6.0, section 9, asks for. */
export function encodePackBits(bytes: Uint8Array, rowBytes: number): Uint8Array {
  const rows = rowBytes === 0 ? 0 : Math.ceil(bytes.byteLength / rowBytes);
  const out = new Uint8Array(bytes.byteLength + rows * Math.ceil(rowBytes / RUN_MAX));
  let size = 0;
  for (let start = 0; start < bytes.byteLength; start += rowBytes) {
    size = encodeRow(bytes, start, Math.min(start + rowBytes, bytes.byteLength), out, size);
  }
  return out.slice(0, size);
}

function encodeRow(bytes: Uint8Array, start: number, end: number, out: Uint8Array, size: number): number {
  let at = start;
  let literal = start;
  while (at < end) {
    let runEnd = at + 1;
    while (runEnd < end && runEnd - at < RUN_MAX && bytes[runEnd] === bytes[at]) runEnd++;
    // A run of two within other bytes saves nothing.
    if (runEnd - at < 3) {
      at = runEnd;
      continue;
    }
    size = putLiterals(bytes, literal, at, out, size);
    out[size++] = 257 - (runEnd - at);
    out[size++] = bytes[at] ?? 0;
    at = runEnd;
    literal = at;
  }
  return putLiterals(bytes, literal, end, out, size);
}

function putLiterals(bytes: Uint8Array, start: number, end: number, out: Uint8Array, size: number): number {
  for (let at = start; at < end; at += RUN_MAX) {
    const part = bytes.subarray(at, Math.min(at + RUN_MAX, end));
    out[size++] = part.byteLength - 1;
    out.set(part, size);
    size += part.byteLength;
  }
  return size;
}

/**
 * Decompresses PackBits.
 * @throws {Error} when the bytes end within a run or would yield more than `sizeBytesMax`.
 */
export function decodePackBits(bytes: Uint8Array, sizeBytesMax: number): Uint8Array {
  const out = new Uint8Array(sizeBytesMax);
  let size = 0;
  let at = 0;
  while (at < bytes.byteLength && (size < sizeBytesMax || bytes.byteLength - at > PADDING_BYTES_MAX)) {
    const head = bytes[at++] ?? 0;
    if (head === NO_OPERATION) continue;
    const isLiteral = head < NO_OPERATION;
    const length = isLiteral ? head + 1 : 257 - head;
    const end = at + (isLiteral ? length : 1);
    if (end > bytes.byteLength) throw new Error('unexpected end of data');
    if (size + length > sizeBytesMax) throw new Error(`more than ${sizeBytesMax} bytes`);
    if (isLiteral) out.set(bytes.subarray(at, end), size);
    else out.fill(bytes[at] ?? 0, size, size + length);
    size += length;
    at = end;
  }
  return out.subarray(0, size);
}
