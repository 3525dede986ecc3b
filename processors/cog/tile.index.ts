import { Problem } from '../../cache/problem.ts';
import { type ChunkedBytes, viewOf } from './tiff.bytes.ts';
import type { TiffArray, TiffIfd } from './tiff.reader.ts';
import { TYPE, TYPE_BYTES } from './tiff.tags.ts';

/** Where a tile's bytes lie; null for a sparse tile. */
export interface TileLocation {
  readonly offset: number;
  readonly length: number;
}

/** Finds the tiles of an image. */
export interface TileLocator {
  /** Locations of `count` tiles from `first` on. */
  locate(first: number, count: number): Promise<(TileLocation | null)[]>;
}

/** Compressed data may be somewhat larger than raw data; beyond this it is damage. */
const COMPRESSED_TO_RAW_MAX = 2;
const COMPRESSED_SLACK_BYTES = 1024;

/** The tile offsets and byte counts of one image, read from the file as they are needed. */
export class TileIndex implements TileLocator {
  readonly #bytes: ChunkedBytes;
  readonly #offsets: TiffArray;
  readonly #counts: TiffArray;
  readonly #little: boolean;
  readonly #tileBytesMax: number;

  /**
   * @param tiles tiles that the image's grid has, in all planes
   * @param storedTileBytes bytes of a tile before compression
   * @throws {Problem} `invalid-source` when the index does not cover the grid.
   */
  constructor(bytes: ChunkedBytes, ifd: TiffIfd, tiles: number, storedTileBytes: number) {
    const { tileOffsets, tileByteCounts } = ifd;
    if (tileOffsets === null || tileByteCounts === null) throw damaged('an image has no tile index');
    for (const { type, count, offset } of [tileOffsets, tileByteCounts]) {
      if (type !== TYPE.short && type !== TYPE.long && type !== TYPE.long8) {
        throw damaged(`its tile index has field type ${type}`);
      }
      if (count < tiles) throw damaged(`its tile index has ${count} entries for a grid of ${tiles} tiles`);
      if (offset + tiles * (TYPE_BYTES.get(type) ?? 0) > bytes.sizeBytes) {
        throw damaged(`its tile index at ${offset} reaches past the end of the file`);
      }
    }
    this.#bytes = bytes;
    this.#offsets = tileOffsets;
    this.#counts = tileByteCounts;
    this.#little = ifd.byteOrder === 'little';
    this.#tileBytesMax = storedTileBytes * COMPRESSED_TO_RAW_MAX + COMPRESSED_SLACK_BYTES;
  }

  async locate(first: number, count: number): Promise<(TileLocation | null)[]> {
    const offsets = await this.#values(this.#offsets, first, count);
    const lengths = await this.#values(this.#counts, first, count);
    return offsets.map((offset, index) => this.#check(first + index, offset, lengths[index] ?? 0));
  }

  #check(tile: number, offset: number, length: number): TileLocation | null {
    if (offset === 0 || length === 0) return null;
    if (offset + length > this.#bytes.sizeBytes) {
      throw damaged(`tile ${tile} lies at ${offset}, ${length} bytes long, past the end of the file`);
    }
    if (length > this.#tileBytesMax) throw damaged(`tile ${tile} claims ${length} bytes, more than it can hold`);
    return { offset, length };
  }

  async #values(array: TiffArray, first: number, count: number): Promise<number[]> {
    const step = TYPE_BYTES.get(array.type) ?? 0;
    const view = viewOf(await this.#bytes.read(array.offset + first * step, count * step, 'the tile index'));
    return Array.from({ length: count }, (_, index) => {
      if (array.type === TYPE.short) return view.getUint16(index * step, this.#little);
      return array.type === TYPE.long
        ? view.getUint32(index * step, this.#little)
        : Number(view.getBigUint64(index * step, this.#little));
    });
  }
}

function damaged(what: string): Problem {
  return new Problem('invalid-source', `The TIFF is damaged: ${what}.`);
}
