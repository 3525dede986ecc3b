/** Finds the entry of a tag in the first directory of a classic little-endian TIFF: the offset of its 12 bytes. */
export function entryOf(bytes: Uint8Array, tag: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = view.getUint32(4, true);
  for (let entry = directory + 2; ; entry += 12) {
    if (entry >= directory + 2 + view.getUint16(directory, true) * 12) throw new Error(`There is no tag ${tag}.`);
    if (view.getUint16(entry, true) === tag) return entry;
  }
}

/** A copy with 32-bit numbers written at some places. */
export function withUint32(
  bytes: Uint8Array,
  ...places: readonly (readonly [offset: number, value: number])[]
): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (const [offset, value] of places) view.setUint32(offset, value, true);
  return copy;
}

/** A copy in which a tag of the first directory has another count or value. */
export function withTag(bytes: Uint8Array, tag: number, change: { count?: number; value?: number }): Uint8Array {
  const entry = entryOf(bytes, tag);
  const places: [number, number][] = [];
  if (change.count !== undefined) places.push([entry + 4, change.count]);
  if (change.value !== undefined) places.push([entry + 8, change.value]);
  return withUint32(bytes, ...places);
}

/** The 32-bit value of a tag of the first directory: where its values lie, or the value itself. */
export function valueOf(bytes: Uint8Array, tag: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(entryOf(bytes, tag) + 8, true);
}

/** A copy in which a tag of the first directory is one DOUBLE. */
export function withDouble(bytes: Uint8Array, tag: number, value: number): Uint8Array {
  const [DOUBLE, DOUBLE_BYTES] = [12, 8];
  const longer = new Uint8Array(bytes.length + DOUBLE_BYTES);
  longer.set(bytes);
  const view = new DataView(longer.buffer);
  view.setFloat64(bytes.length, value, true);
  view.setUint16(entryOf(bytes, tag) + 2, DOUBLE, true);
  return withTag(longer, tag, { count: 1, value: bytes.length });
}
