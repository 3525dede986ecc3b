import type { ByteOrder } from './byte.order.ts';
import { viewOf } from './tiff.bytes.ts';
import { TAG, TYPE, TYPE_BYTES } from './tiff.tags.ts';
import { inByteOrder, type TiffTag } from './tiff.values.ts';

/** A level's directory as it is to be written. */
export interface DirectoryInput {
  readonly tags: readonly TiffTag[];
  readonly tiles: number;
}

/** Where one of the two arrays of a level's tile index lies, in bytes from the start of the file. */
export interface IndexPlace {
  readonly offset: number;
  readonly valueBytes: 4 | 8;
}

/** The header of a file: all its directories, and where their tile indexes have to follow. */
export interface Header {
  readonly byteOrder: ByteOrder;
  /** From the start of the file to the first tile index that is not in its directory. */
  readonly bytes: Uint8Array;
  readonly offsets: readonly IndexPlace[];
  readonly byteCounts: readonly IndexPlace[];
  /** Where the tile data begin. */
  readonly dataOffset: number;
}

/** Values begin at multiples of this, more than TIFF asks for, so that 8-byte values can be mapped. */
const ALIGNMENT_BYTES = 8;

interface Format {
  readonly byteOrder: ByteOrder;
  readonly bigTiff: boolean;
  readonly headerBytes: number;
  readonly countBytes: number;
  readonly entryBytes: number;
  readonly pointerBytes: 4 | 8;
}

const CLASSIC: Omit<Format, 'byteOrder'> = {
  bigTiff: false,
  headerBytes: 8,
  countBytes: 2,
  entryBytes: 12,
  pointerBytes: 4,
};
const BIG: Omit<Format, 'byteOrder'> = {
  bigTiff: true,
  headerBytes: 16,
  countBytes: 8,
  entryBytes: 20,
  pointerBytes: 8,
};

/**
 * Lays out and writes the header of a COG: TIFF header, ghost area, directories with their values in descending
 * resolution, then room for the tile indexes of all levels.
 *
 * @param ghost GDAL's structural metadata, ASCII
 */
export function writeHeader(
  levels: readonly DirectoryInput[],
  bigTiff: boolean,
  ghost: string,
  byteOrder: ByteOrder,
): Header {
  const format = { ...(bigTiff ? BIG : CLASSIC), byteOrder };
  const directories: { at: number; entries: Entry[]; next: number }[] = [];
  let at = even(format.headerBytes + ghost.length);
  const firstDirectory = at;
  for (const level of levels) {
    const entries = entriesOf(level, format);
    let end = at + format.countBytes + entries.length * format.entryBytes + format.pointerBytes;
    for (const entry of entries) {
      if (entry.bytes === null || entry.sizeBytes <= format.pointerBytes) continue;
      entry.offset = align(end);
      end = entry.offset + entry.sizeBytes;
    }
    directories.push({ at, entries, next: align(end) });
    at = align(end);
  }
  const headerEnd = at;
  for (const { entries, at: directoryAt } of directories) {
    entries.forEach((entry, index) => {
      if (entry.bytes !== null) return;
      const inline = entry.sizeBytes <= format.pointerBytes;
      entry.offset = inline ? pointerAt(format, directoryAt, index) : at;
      if (!inline) at = align(at + entry.sizeBytes);
    });
  }
  const bytes = new Uint8Array(headerEnd);
  writeStart(bytes, format, firstDirectory, ghost);
  directories.forEach((directory, index) => {
    writeDirectory(bytes, format, directory, index + 1 < directories.length ? directory.next : 0);
  });
  const places = (tag: number): IndexPlace[] =>
    directories.map(({ entries }) => {
      const entry = entries.find((candidate) => candidate.tag === tag);
      return { offset: entry?.offset ?? 0, valueBytes: entry?.type === TYPE.long8 ? 8 : 4 };
    });
  return { byteOrder, bytes, offsets: places(TAG.tileOffsets), byteCounts: places(TAG.tileByteCounts), dataOffset: at };
}

interface Entry {
  tag: number;
  type: number;
  count: number;
  sizeBytes: number;
  /** Null for the tile index, which is written later. */
  bytes: Uint8Array | null;
  /** Of the values, when they do not fit into the entry. */
  offset: number;
}

function entriesOf({ tags, tiles }: DirectoryInput, { bigTiff }: Format): Entry[] {
  const index = (tag: number, type: number): Entry => {
    return { tag, type, count: tiles, sizeBytes: tiles * (TYPE_BYTES.get(type) ?? 0), bytes: null, offset: 0 };
  };
  const entries = tags.map(({ tag, type, count, bytes }): Entry => {
    return { tag, type, count, sizeBytes: bytes.byteLength, bytes, offset: 0 };
  });
  entries.push(index(TAG.tileOffsets, bigTiff ? TYPE.long8 : TYPE.long), index(TAG.tileByteCounts, TYPE.long));
  return entries.sort((a, b) => a.tag - b.tag);
}

function writeStart(bytes: Uint8Array, format: Format, firstDirectory: number, ghost: string): void {
  const view = viewOf(bytes);
  const little = format.byteOrder === 'little';
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, format.bigTiff ? 43 : 42, little);
  if (format.bigTiff) view.setUint16(4, 8, little);
  setPointer(view, format, format.bigTiff ? 8 : 4, firstDirectory);
  bytes.set(new TextEncoder().encode(ghost), format.headerBytes);
}

function writeDirectory(
  bytes: Uint8Array,
  format: Format,
  { at, entries }: { at: number; entries: Entry[] },
  next: number,
): void {
  const view = viewOf(bytes);
  const little = format.byteOrder === 'little';
  if (format.bigTiff) view.setBigUint64(at, BigInt(entries.length), little);
  else view.setUint16(at, entries.length, little);
  entries.forEach((entry, index) => {
    const place = at + format.countBytes + index * format.entryBytes;
    const pointer = pointerAt(format, at, index);
    view.setUint16(place, entry.tag, little);
    view.setUint16(place + 2, entry.type, little);
    setPointer(view, format, place + 4, entry.count);
    if (entry.sizeBytes > format.pointerBytes) setPointer(view, format, pointer, entry.offset);
    if (entry.bytes === null) return;
    const values = inByteOrder(entry.type, entry.bytes, format.byteOrder);
    bytes.set(values, entry.sizeBytes > format.pointerBytes ? entry.offset : pointer);
  });
  setPointer(view, format, at + format.countBytes + entries.length * format.entryBytes, next);
}

function pointerAt({ countBytes, entryBytes, pointerBytes }: Format, directory: number, index: number): number {
  return directory + countBytes + index * entryBytes + 4 + pointerBytes;
}

function setPointer(view: DataView, { bigTiff, byteOrder }: Format, at: number, value: number): void {
  if (bigTiff) view.setBigUint64(at, BigInt(value), byteOrder === 'little');
  else view.setUint32(at, value, byteOrder === 'little');
}

function even(value: number): number {
  return value + (value % 2);
}

function align(value: number): number {
  return Math.ceil(value / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}
