import { type ByteOrder, swapBytes } from './byte.order.ts';
import { viewOf } from './tiff.bytes.ts';
import { NUMBER_BYTES, TYPE, TYPE_BYTES } from './tiff.tags.ts';

/** One tag with its values. */
export interface TiffTag {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** The values as a little-endian file holds them. */
  readonly bytes: Uint8Array;
  /** The values as numbers; empty for texts and types that are only copied. */
  readonly values: readonly number[];
}

/** Reads little-endian values of the integer types and of DOUBLE. */
export function decodeValues(type: number, bytes: Uint8Array): number[] {
  const view = viewOf(bytes);
  const read = READERS.get(type);
  const step = TYPE_BYTES.get(type) ?? 1;
  if (read === undefined) return [];
  return Array.from({ length: Math.floor(bytes.byteLength / step) }, (_, index) => read(view, index * step));
}

const READERS: ReadonlyMap<number, (view: DataView, at: number) => number> = new Map([
  [TYPE.byte, (view, at) => view.getUint8(at)],
  [TYPE.short, (view, at) => view.getUint16(at, true)],
  [TYPE.long, (view, at) => view.getUint32(at, true)],
  [TYPE.double, (view, at) => view.getFloat64(at, true)],
  [TYPE.long8, (view, at) => Number(view.getBigUint64(at, true))],
]);

/** A copy of values turned from little-endian into the given order of bytes, or back. */
export function inByteOrder(type: number, bytes: Uint8Array, order: ByteOrder): Uint8Array {
  const copy = new Uint8Array(bytes);
  if (order === 'big') swapBytes(copy, NUMBER_BYTES.get(type) ?? 1);
  return copy;
}

/** The text of an ASCII tag without its closing NUL, byte for byte (Latin-1). */
export function textOf(tag: TiffTag | undefined): string {
  if (tag === undefined) return '';
  const { buffer, byteOffset, byteLength } = tag.bytes;
  let end = byteLength;
  while (end > 0 && tag.bytes[end - 1] === 0) end--;
  return Buffer.from(buffer, byteOffset, end).toString('latin1');
}

/** A tag of the given type made of numbers. */
export function makeTag(tag: number, type: number, values: readonly number[]): TiffTag {
  const step = TYPE_BYTES.get(type) ?? 1;
  const bytes = new Uint8Array(values.length * step);
  const view = viewOf(bytes);
  values.forEach((value, index) => {
    if (type === TYPE.short) view.setUint16(index * step, value, true);
    else if (type === TYPE.long) view.setUint32(index * step, value, true);
    else if (type === TYPE.long8) view.setBigUint64(index * step, BigInt(value), true);
    else if (type === TYPE.double) view.setFloat64(index * step, value, true);
    else view.setUint8(index * step, value);
  });
  return { tag, type, count: values.length, bytes, values };
}

/** An ASCII tag of bytes given as Latin-1 text, NUL-terminated. */
export function makeTextTag(tag: number, text: string): TiffTag {
  const bytes = new Uint8Array(Buffer.from(`${text}\0`, 'latin1'));
  return { tag, type: TYPE.ascii, count: bytes.byteLength, bytes, values: [] };
}
