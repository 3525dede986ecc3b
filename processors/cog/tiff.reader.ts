import { Problem } from '../../cache/problem.ts';
import type { ByteOrder } from './byte.order.ts';
import { damaged } from './faults.ts';
import { type Ghost, readGhost } from './tiff.ghost.ts';
import { type ChunkedBytes, viewOf } from './tiff.bytes.ts';
import { INTEGER_TYPES, TAG, TAGS_LOADED, TAGS_OF_INTEGERS, TYPE_BYTES } from './tiff.tags.ts';
import { decodeValues, inByteOrder, type TiffTag } from './tiff.values.ts';

/** More images than any raster with overviews has: bounds the walk through a hostile file. */
const IFDS_MAX = 256;
/** TIFF readers see a few dozen; more is damage. */
const ENTRIES_MAX = 1024;
/** Largest tag loaded: band descriptions of some hundred bands stay far below. */
const TAG_BYTES_MAX = 4 << 20;
/** All tags of all images together: bounds the memory of a hostile file. */
const ALL_TAGS_BYTES_MAX = 32 << 20;

/** Where an array of tile offsets or byte counts lies. */
export interface TiffArray {
  type: number;
  count: number;
  offset: number;
}

/** One image file directory: its small tags loaded, its tile index located. */
export interface TiffIfd {
  readonly byteOrder: ByteOrder;
  readonly tags: ReadonlyMap<number, TiffTag>;
  readonly tileOffsets: TiffArray | null;
  readonly tileByteCounts: TiffArray | null;
  /** Whether the image is stored in strips. */
  readonly hasStrips: boolean;
}

export interface Tiff {
  readonly byteOrder: ByteOrder;
  readonly bigTiff: boolean;
  /** What the file claims of its layout; null when it is no GDAL COG. */
  readonly ghost: Ghost | null;
  readonly ifds: readonly TiffIfd[];
}

/** What the header of a file says of all its structure. */
interface Format {
  readonly byteOrder: ByteOrder;
  readonly bigTiff: boolean;
}

/**
 * Reads the structure of a TIFF or BigTIFF.
 * @throws {Problem} `invalid-source` when it is no TIFF or damaged.
 */
export async function readTiff(bytes: ChunkedBytes): Promise<Tiff> {
  const { byteOrder, bigTiff, firstIfd } = await readHeader(bytes);
  const ghost = await readGhost(bytes, bigTiff ? 16 : 8);
  const ifds: TiffIfd[] = [];
  const seen = new Set<number>();
  const budget = { bytes: ALL_TAGS_BYTES_MAX };
  for (let offset = firstIfd; offset !== 0;) {
    if (seen.has(offset)) throw damaged(`its image directories run in a circle at ${offset}`);
    if (seen.size >= IFDS_MAX) throw damaged(`it has more than ${IFDS_MAX} image directories`);
    seen.add(offset);
    const { ifd, next } = await readIfd(bytes, offset, { byteOrder, bigTiff }, budget);
    ifds.push(ifd);
    offset = next;
  }
  if (ifds.length === 0) throw damaged('it has no image directory');
  return { byteOrder, bigTiff, ghost, ifds };
}

async function readHeader(bytes: ChunkedBytes): Promise<Format & { firstIfd: number }> {
  const view = viewOf(await bytes.read(0, 8, 'the TIFF header'));
  const order = view.getUint16(0, true);
  const little = order === 0x4949;
  const magic = view.getUint16(2, little);
  if ((!little && order !== 0x4d4d) || (magic !== 42 && magic !== 43)) {
    throw new Problem('invalid-source', 'The source is not a TIFF: it does not begin with a TIFF header.');
  }
  const byteOrder = little ? 'little' : 'big';
  if (magic === 42) return { byteOrder, bigTiff: false, firstIfd: view.getUint32(4, little) };
  if (view.getUint16(4, little) !== 8 || view.getUint16(6, little) !== 0) {
    throw damaged('its BigTIFF header does not say 8-byte offsets');
  }
  const pointer = viewOf(await bytes.read(8, 8, 'the BigTIFF header'));
  return { byteOrder, bigTiff: true, firstIfd: getOffset8(pointer, 0, little) };
}

async function readIfd(
  bytes: ChunkedBytes,
  offset: number,
  { byteOrder, bigTiff }: Format,
  budget: { bytes: number },
): Promise<{ ifd: TiffIfd; next: number }> {
  const little = byteOrder === 'little';
  const countBytes = bigTiff ? 8 : 2;
  const entryBytes = bigTiff ? 20 : 12;
  const pointerBytes = bigTiff ? 8 : 4;
  const head = viewOf(await bytes.read(offset, countBytes, 'an image directory'));
  const count = bigTiff ? getOffset8(head, 0, little) : head.getUint16(0, little);
  if (count === 0 || count > ENTRIES_MAX) throw damaged(`an image directory at ${offset} has ${count} entries`);
  const first = offset + countBytes;
  const view = viewOf(await bytes.read(first, count * entryBytes + pointerBytes, 'an image directory'));
  const entries = Array.from({ length: count }, (_, index) => {
    const at = index * entryBytes;
    const tag = view.getUint16(at, little);
    const type = view.getUint16(at + 2, little);
    const values = bigTiff ? getOffset8(view, at + 4, little) : view.getUint32(at + 4, little);
    const sizeBytes = values * (TYPE_BYTES.get(type) ?? 0);
    const pointer = at + (bigTiff ? 12 : 8);
    const inline = sizeBytes <= pointerBytes;
    const pointed = bigTiff ? getOffset8(view, pointer, little) : view.getUint32(pointer, little);
    return { tag, type, count: values, sizeBytes, offset: inline ? first + pointer : pointed };
  });
  const tags = new Map<number, TiffTag>();
  for (const { tag, type, count: values, sizeBytes, offset: valueOffset } of entries) {
    if (!TAGS_LOADED.has(tag)) continue;
    if (TAGS_OF_INTEGERS.has(tag) && !INTEGER_TYPES.has(type)) {
      throw damaged(`tag ${tag} has the field type ${type}; a whole number has 1, 3, 4 or 16`);
    }
    budget.bytes -= sizeBytes;
    if (sizeBytes > TAG_BYTES_MAX || budget.bytes < 0) throw damaged(`tag ${tag} claims ${values} values`);
    const raw = inByteOrder(type, await bytes.read(valueOffset, sizeBytes, `tag ${tag}`), byteOrder);
    tags.set(tag, { tag, type, count: values, bytes: raw, values: decodeValues(type, raw) });
  }
  const array = (tag: number): TiffArray | null => entries.find((entry) => entry.tag === tag) ?? null;
  return {
    ifd: {
      byteOrder,
      tags,
      tileOffsets: array(TAG.tileOffsets),
      tileByteCounts: array(TAG.tileByteCounts),
      hasStrips: array(TAG.stripOffsets) !== null,
    },
    next: bigTiff ? getOffset8(view, count * entryBytes, little) : view.getUint32(count * entryBytes, little),
  };
}

/** An 8-byte unsigned integer; beyond 2^53 it comes out too large for any file, and is refused there. */
function getOffset8(view: DataView, at: number, little: boolean): number {
  return Number(view.getBigUint64(at, little));
}

/** The first value of a tag, or another where there is none. */
export function firstValue({ tags }: TiffIfd, tag: number, otherwise: number): number {
  return tags.get(tag)?.values[0] ?? otherwise;
}
