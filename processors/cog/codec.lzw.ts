/** LZW as TIFF 6.0, section 13, has it: codes of 9 to 12 bits, high bit first, widened one code early. */
const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const WIDTH_MIN = 9;
const WIDTH_MAX = 12;
const CODES = 1 << WIDTH_MAX;
/** The encoder begins a new table before the last code is taken. */
const CODES_USED = CODES - 2;

/** Slots of the encoder's hash table; four for each code keeps collisions rare. */
const SLOTS = CODES * 4;
const EMPTY_SLOT = -1;
/** Spreads keys over the slots (Knuth's multiplicative hash). */
const HASH_FACTOR = 0x9e3779b1;
const HASH_SHIFT = 32 - 14;

/** Writes codes of growing width, high bit first. */
class BitWriter {
  readonly #bytes: Uint8Array;
  #size = 0;
  #pending = 0;
  #pendingBits = 0;

  constructor(sizeBytesMax: number) {
    this.#bytes = new Uint8Array(sizeBytesMax);
  }

  put(code: number, width: number): void {
    this.#pending = (this.#pending << width) | code;
    this.#pendingBits += width;
    while (this.#pendingBits >= 8) {
      this.#pendingBits -= 8;
      this.#bytes[this.#size++] = this.#pending >>> this.#pendingBits;
      this.#pending &= (1 << this.#pendingBits) - 1;
    }
  }

  finish(): Uint8Array {
    if (this.#pendingBits > 0) this.put(0, 8 - this.#pendingBits);
    return this.#bytes.slice(0, this.#size);
  }
}

/** Compresses bytes. */
export function encodeLzw(bytes: Uint8Array): Uint8Array {
  // The worst case is a code of 12 bits for each byte, with the codes that begin and end tables.
  const writer = new BitWriter(Math.ceil(bytes.byteLength * 1.5 * (1 + 2 / FIRST_FREE)) + 16);
  const keys = new Int32Array(SLOTS).fill(EMPTY_SLOT);
  const codes = new Uint16Array(SLOTS);
  let next = FIRST_FREE;
  let width = WIDTH_MIN;
  const put = (code: number): void => {
    writer.put(code, width);
    next++;
    if (next === CODES_USED) {
      writer.put(CLEAR, width);
      keys.fill(EMPTY_SLOT);
      next = FIRST_FREE;
      width = WIDTH_MIN;
    } else if (next === 1 << width) width++;
  };
  writer.put(CLEAR, width);
  let prefix = bytes[0] ?? END;
  for (let at = 1; at < bytes.byteLength; at++) {
    const byte = bytes[at] ?? 0;
    const key = (prefix << 8) | byte;
    let slot = Math.imul(key, HASH_FACTOR) >>> HASH_SHIFT;
    while (keys[slot] !== key && keys[slot] !== EMPTY_SLOT) slot = (slot + 1) % SLOTS;
    if (keys[slot] === key) {
      prefix = codes[slot] ?? 0;
      continue;
    }
    keys[slot] = key;
    codes[slot] = next;
    put(prefix);
    prefix = byte;
  }
  if (prefix !== END) put(prefix);
  writer.put(END, width);
  return writer.finish();
}

/** The strings that codes stand for, each a code before it and one more byte. */
class StringTable {
  readonly #prefixes = new Uint16Array(CODES);
  readonly #lasts = new Uint8Array(CODES);
  readonly #lengths = new Uint32Array(CODES);
  #next = FIRST_FREE;

  constructor() {
    for (let byte = 0; byte < CLEAR; byte++) {
      this.#lasts[byte] = byte;
      this.#lengths[byte] = 1;
    }
  }

  get next(): number {
    return this.#next;
  }

  clear(): void {
    this.#next = FIRST_FREE;
  }

  /** Adds the string of a code with one more byte. A full table stays as it is. */
  add(prefix: number, last: number): void {
    if (this.#next >= CODES) return;
    this.#prefixes[this.#next] = prefix;
    this.#lasts[this.#next] = last;
    this.#lengths[this.#next] = this.lengthOf(prefix) + 1;
    this.#next++;
  }

  lengthOf(code: number): number {
    return this.#lengths[code] ?? 0;
  }

  /** Writes the string of a code, which ends before `end`, and returns its first byte. */
  write(code: number, out: Uint8Array, end: number): number {
    let at = end;
    let current = code;
    for (let left = this.lengthOf(code); left > 0; left--) {
      out[--at] = this.#lasts[current] ?? 0;
      current = this.#prefixes[current] ?? 0;
    }
    return out[at] ?? 0;
  }
}

/**
 * Decompresses bytes.
 * @throws {Error} when they hold a code that is not known yet or would yield more than `sizeBytesMax`.
 */
export function decodeLzw(bytes: Uint8Array, sizeBytesMax: number): Uint8Array {
  const table = new StringTable();
  const out = new Uint8Array(sizeBytesMax);
  let size = 0;
  let width = WIDTH_MIN;
  let previous = CLEAR;
  for (let bit = 0; bit + width <= bytes.byteLength * 8;) {
    const code = codeAt(bytes, bit, width);
    bit += width;
    if (code === END) break;
    if (code === CLEAR) {
      table.clear();
      width = WIDTH_MIN;
      previous = CLEAR;
      continue;
    }
    // Some files fill the last byte, or an even offset, with zeros in place of the end code.
    if (size === sizeBytesMax && code === 0) break;
    // A code that is being defined by its own use stands for the string before it with its first byte again.
    const isNew = code === table.next && previous !== CLEAR;
    if (!isNew && code >= table.next) throw new Error(`code ${code} is not known yet`);
    const length = isNew ? table.lengthOf(previous) + 1 : table.lengthOf(code);
    if (size + length > sizeBytesMax) throw new Error(`more than ${sizeBytesMax} bytes`);
    const first = table.write(isNew ? previous : code, out, size + length - (isNew ? 1 : 0));
    if (isNew) out[size + length - 1] = first;
    size += length;
    if (previous !== CLEAR) table.add(previous, first);
    previous = code;
    while (width < WIDTH_MAX && table.next >= (1 << width) - 1) width++;
  }
  return out.subarray(0, size);
}

/** `width` bits (at most 12) from a bit on, high bit first. */
function codeAt(bytes: Uint8Array, bit: number, width: number): number {
  const at = bit >>> 3;
  const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  return (three >>> (24 - width - (bit & 7))) & ((1 << width) - 1);
}
