import type { ByteRange } from '../../cache/range.ts';
import { coalesce, type CoalesceLimits } from '../../cache/range.coalesce.ts';
import { releaseMemory } from '../memory.release.ts';
import { damaged } from './faults.ts';
import { type ChunkedBytes, viewOf } from './tiff.bytes.ts';
import type { TiffArray, TiffIfd } from './tiff.reader.ts';
import { TYPE, TYPE_BYTES } from './tiff.tags.ts';

/** Where a tile's bytes lie; null for a sparse tile. */
export interface TileLocation {
  readonly offset: number;
  readonly length: number;
}

/** Tiles that follow each other in a grid: `count` of them from number `first` on. */
export interface TileRun {
  readonly first: number;
  readonly count: number;
}

/** Finds the tiles of an image. */
export interface TileLocator {
  /** Locations of the tiles of each run; all that has to be read for them is read in one go. */
  locate(runs: readonly TileRun[]): Promise<(TileLocation | null)[][]>;
}

const KIB = 1024;
/**
 * A row of tiles takes a few KiB of the index at most, and its tiles many times that: to read across the part of a row
 * that is not needed costs next to nothing, and a request of its own a round trip.
 */
const INDEX_COALESCING: CoalesceLimits = {
  gapMaxBytes: 32 * KIB,
  runMaxBytes: 1024 * KIB,
  overReadShare: Infinity,
  overReadFloorBytes: 0,
};

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

  async locate(runs: readonly TileRun[]): Promise<(TileLocation | null)[][]> {
    const arrays = [this.#offsets, this.#counts];
    const values = await this.#read(arrays.flatMap((array) => runs.map((run) => ({ array, ...run }))));
    const locations = runs.map(({ first, count }, run) =>
      Array.from({ length: count }, (_, index) =>
        this.#check(first + index, values[run]?.[index] ?? 0, values[runs.length + run]?.[index] ?? 0),
      ),
    );
    for (const numbers of values) releaseMemory(numbers);
    return locations;
  }

  #check(tile: number, offset: number, length: number): TileLocation | null {
    if (offset === 0 || length === 0) return null;
    if (offset + length > this.#bytes.sizeBytes) {
      throw damaged(`tile ${tile} lies at ${offset}, ${length} bytes long, past the end of the file`);
    }
    if (length > this.#tileBytesMax) throw damaged(`tile ${tile} claims ${length} bytes, more than it can hold`);
    return { offset, length };
  }

  /** Numbers of parts of the index. */
  async #read(parts: readonly (TileRun & { array: TiffArray })[]): Promise<Float64Array[]> {
    const ranges = parts.map(({ array, first, count }): ByteRange => {
      const step = stepOf(array);
      return { offset: array.offset + first * step, length: count * step };
    });
    const { runs, slices } = coalesce(ranges, INDEX_COALESCING);
    const bytes = await this.#bytes.readMany(runs, 'the tile index');
    return parts.map(({ array, count }, index) => {
      const { run, offset } = slices[index] ?? { run: 0, offset: 0 };
      return this.#numbers(array, viewOf(bytes[run] ?? new Uint8Array(0)), offset, count);
    });
  }

  #numbers({ type }: TiffArray, view: DataView, offset: number, count: number): Float64Array {
    const step = TYPE_BYTES.get(type) ?? 0;
    const numbers = new Float64Array(count);
    for (let index = 0, at = offset; index < count; index++, at += step) {
      if (type === TYPE.short) numbers[index] = view.getUint16(at, this.#little);
      else if (type === TYPE.long) numbers[index] = view.getUint32(at, this.#little);
      else numbers[index] = Number(view.getBigUint64(at, this.#little));
    }
    return numbers;
  }
}

function stepOf({ type }: TiffArray): number {
  return TYPE_BYTES.get(type) ?? 0;
}
