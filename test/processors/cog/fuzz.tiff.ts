/** Where the fields of one directory entry lie in a file. */
export interface EntryPlace {
  readonly tag: number;
  readonly at: number;
  readonly count: number;
  readonly valueBytes: number;
  /** Where the values lie, in the entry or elsewhere. */
  readonly values: number;
}

/** The places of a sound TIFF that damage is worth doing to. */
export interface TiffPlaces {
  readonly littleEndian: boolean;
  readonly bigTiff: boolean;
  readonly entries: readonly EntryPlace[];
  /** The pointers to the next directory. */
  readonly links: readonly number[];
  /** First byte and length of each tile that is not sparse. */
  readonly tiles: readonly (readonly [offset: number, length: number])[];
  /** End of the structure: everything behind it is tile data. */
  readonly structureEnd: number;
}

const VALUE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
const TILE_OFFSETS = 324;
const TILE_BYTE_COUNTS = 325;

/** Finds the places of a classic or big TIFF of either byte order. Written apart from the engine's own reader. */
export function findPlaces(bytes: Uint8Array): TiffPlaces {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = view.getUint16(0) === 0x4949;
  const bigTiff = view.getUint16(2, littleEndian) === 43;
  const pointer = (at: number): number =>
    bigTiff ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);
  const [countBytes, entryBytes, pointerBytes] = bigTiff ? [8, 20, 8] : [2, 12, 4];
  const entries: EntryPlace[] = [];
  const links = [bigTiff ? 8 : 4];
  const tiles: (readonly [number, number])[] = [];
  for (let directory = pointer(links[0] ?? 0); directory !== 0;) {
    const count = bigTiff ? pointer(directory) : view.getUint16(directory, littleEndian);
    const own = Array.from({ length: count }, (_, index): EntryPlace => {
      const at = directory + countBytes + index * entryBytes;
      const values = pointer(at + 4);
      const valueBytes = VALUE_BYTES[view.getUint16(at + 2, littleEndian)] ?? 1;
      const field = at + 4 + pointerBytes;
      const place = values * valueBytes <= pointerBytes ? field : pointer(field);
      return { tag: view.getUint16(at, littleEndian), at, count: values, valueBytes, values: place };
    });
    entries.push(...own);
    const number = ({ valueBytes, values }: EntryPlace, index: number): number => {
      const at = values + index * valueBytes;
      if (valueBytes === 8) return Number(view.getBigUint64(at, littleEndian));
      return valueBytes === 4 ? view.getUint32(at, littleEndian) : view.getUint16(at, littleEndian);
    };
    const offsets = own.find(({ tag }) => tag === TILE_OFFSETS);
    const counts = own.find(({ tag }) => tag === TILE_BYTE_COUNTS);
    if (offsets === undefined || counts === undefined) throw new Error('An image has no tile index.');
    for (let tile = 0; tile < offsets.count; tile++) {
      const [offset, length] = [number(offsets, tile), number(counts, tile)];
      if (offset > 0 && length > 0) tiles.push([offset, length]);
    }
    const link = directory + countBytes + count * entryBytes;
    links.push(link);
    directory = pointer(link);
  }
  const structureEnd = Math.min(bytes.length, ...tiles.map(([offset]) => offset));
  return { littleEndian, bigTiff, entries, links, tiles, structureEnd };
}
