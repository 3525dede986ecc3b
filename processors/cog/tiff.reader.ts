import { Problem } from '../../cache/problem.ts';
import { type Ghost, readGhost } from './tiff.ghost.ts';
import { type ChunkedBytes, viewOf } from './tiff.bytes.ts';
import { TAG, TAGS_LOADED, TYPE_BYTES } from './tiff.tags.ts';
import { decodeValues, type TiffTag } from './tiff.values.ts';

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
  readonly tags: ReadonlyMap<number, TiffTag>;
  readonly tileOffsets: TiffArray | null;
  readonly tileByteCounts: TiffArray | null;
  /** Whether the image is stored in strips. */
  readonly hasStrips: boolean;
}

export interface Tiff {
  readonly bigTiff: boolean;
  /** What the file claims of its layout; null when it is no GDAL COG. */
  readonly ghost: Ghost | null;
  readonly ifds: readonly TiffIfd[];
}

/**
 * Reads the structure of a little-endian TIFF or BigTIFF.
 * @throws {Problem} `invalid-source` when it is no TIFF or damaged, `unsupported-source` when it is big-endian.
 */
export async function readTiff(bytes: ChunkedBytes): Promise<Tiff> {
  const { bigTiff, firstIfd } = await readHeader(bytes);
  const ghost = await readGhost(bytes, bigTiff ? 16 : 8);
  const ifds: TiffIfd[] = [];
  const seen = new Set<number>();
  const budget = { bytes: ALL_TAGS_BYTES_MAX };
  for (let offset = firstIfd; offset !== 0;) {
    if (seen.has(offset)) throw damaged(`its image directories run in a circle at ${offset}`);
    if (seen.size >= IFDS_MAX) throw damaged(`it has more than ${IFDS_MAX} image directories`);
    seen.add(offset);
    const { ifd, next } = await readIfd(bytes, offset, bigTiff, budget);
    ifds.push(ifd);
    offset = next;
  }
  if (ifds.length === 0) throw damaged('it has no image directory');
  return { bigTiff, ghost, ifds };
}

async function readHeader(bytes: ChunkedBytes): Promise<{ bigTiff: boolean; firstIfd: number }> {
  const view = viewOf(await bytes.read(0, 8, 'the TIFF header'));
  const order = view.getUint16(0, true);
  const magic = view.getUint16(2, order === 0x4949);
  if ((order !== 0x4949 && order !== 0x4d4d) || (magic !== 42 && magic !== 43)) {
    throw new Problem('invalid-source', 'The source is not a TIFF: it does not begin with a TIFF header.');
  }
  if (order === 0x4d4d) {
    throw new Problem(
      'unsupported-source',
      'The TIFF is big-endian ("MM"); only little-endian files are supported yet.',
    );
  }
  if (magic === 42) return { bigTiff: false, firstIfd: view.getUint32(4, true) };
  if (view.getUint32(4, true) !== 8) throw damaged('its BigTIFF header does not say 8-byte offsets');
  return { bigTiff: true, firstIfd: getOffset8(viewOf(await bytes.read(8, 8, 'the BigTIFF header')), 0) };
}

async function readIfd(
  bytes: ChunkedBytes,
  offset: number,
  bigTiff: boolean,
  budget: { bytes: number },
): Promise<{ ifd: TiffIfd; next: number }> {
  const countBytes = bigTiff ? 8 : 2;
  const entryBytes = bigTiff ? 20 : 12;
  const pointerBytes = bigTiff ? 8 : 4;
  const head = viewOf(await bytes.read(offset, countBytes, 'an image directory'));
  const count = bigTiff ? getOffset8(head, 0) : head.getUint16(0, true);
  if (count === 0 || count > ENTRIES_MAX) throw damaged(`an image directory at ${offset} has ${count} entries`);
  const first = offset + countBytes;
  const view = viewOf(await bytes.read(first, count * entryBytes + pointerBytes, 'an image directory'));
  const entries = Array.from({ length: count }, (_, index) => {
    const at = index * entryBytes;
    const tag = view.getUint16(at, true);
    const type = view.getUint16(at + 2, true);
    const values = bigTiff ? getOffset8(view, at + 4) : view.getUint32(at + 4, true);
    const sizeBytes = values * (TYPE_BYTES.get(type) ?? 0);
    const pointer = at + (bigTiff ? 12 : 8);
    const inline = sizeBytes <= pointerBytes;
    const pointed = bigTiff ? getOffset8(view, pointer) : view.getUint32(pointer, true);
    return { tag, type, count: values, sizeBytes, offset: inline ? first + pointer : pointed };
  });
  const tags = new Map<number, TiffTag>();
  for (const { tag, type, count: values, sizeBytes, offset: valueOffset } of entries) {
    if (!TAGS_LOADED.has(tag)) continue;
    budget.bytes -= sizeBytes;
    if (sizeBytes > TAG_BYTES_MAX || budget.bytes < 0) throw damaged(`tag ${tag} claims ${values} values`);
    const raw = (await bytes.read(valueOffset, sizeBytes, `tag ${tag}`)).slice();
    tags.set(tag, { tag, type, count: values, bytes: raw, values: decodeValues(type, raw) });
  }
  const array = (tag: number): TiffArray | null => entries.find((entry) => entry.tag === tag) ?? null;
  return {
    ifd: {
      tags,
      tileOffsets: array(TAG.tileOffsets),
      tileByteCounts: array(TAG.tileByteCounts),
      hasStrips: array(TAG.stripOffsets) !== null,
    },
    next: bigTiff ? getOffset8(view, count * entryBytes) : view.getUint32(count * entryBytes, true),
  };
}

/** An 8-byte unsigned integer; beyond 2^53 it comes out too large for any file, and is refused there. */
function getOffset8(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function damaged(what: string): Problem {
  return new Problem('invalid-source', `The TIFF is damaged: ${what}.`);
}
