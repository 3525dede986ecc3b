import { deflate, inflate } from './codec.deflate.ts';
import { decodeLzw, encodeLzw } from './codec.lzw.ts';
import { decodePackBits, encodePackBits } from './codec.packbits.ts';
import { compressZstd, decompressZstd } from './codec.zstd.ts';

/** A compression whose tiles can be decoded and encoded again without loss. */
export interface LosslessCodec {
  readonly name: string;
  readonly canEncode: true;
  /** Whether readers apply the Predictor tag to it. */
  readonly hasPredictor: boolean;
  /** Compresses rows of `rowBytes` bytes each. */
  encode(bytes: Uint8Array, rowBytes: number): Promise<Uint8Array>;
  /**
   * Decompresses.
   * @throws {Error} when the bytes are damaged or would yield more than `sizeBytesMax`.
   */
  decode(bytes: Uint8Array, sizeBytesMax: number): Promise<Uint8Array>;
}

/** A compression that loses something or has no encoder here: its tiles are only ever copied, never decoded. */
export interface CopiedCodec {
  readonly name: string;
  readonly canEncode: false;
}

/** How the tiles of an image are compressed. */
export type Codec = LosslessCodec | CopiedCodec;

const NONE: LosslessCodec = {
  name: 'none',
  canEncode: true,
  hasPredictor: false,
  encode: async (bytes) => bytes,
  // A copy also of a Buffer, whose slice is none.
  decode: async (bytes) => new Uint8Array(bytes),
};

const DEFLATE: LosslessCodec = {
  name: 'DEFLATE',
  canEncode: true,
  hasPredictor: true,
  encode: deflate,
  decode: inflate,
};

const LZW: LosslessCodec = {
  name: 'LZW',
  canEncode: true,
  hasPredictor: true,
  encode: async (bytes) => encodeLzw(bytes),
  decode: async (bytes, sizeBytesMax) => decodeLzw(bytes, sizeBytesMax),
};

const PACKBITS: LosslessCodec = {
  name: 'PackBits',
  canEncode: true,
  hasPredictor: false,
  encode: async (bytes, rowBytes) => encodePackBits(bytes, rowBytes),
  decode: async (bytes, sizeBytesMax) => decodePackBits(bytes, sizeBytesMax),
};

const ZSTD: LosslessCodec = {
  name: 'ZSTD',
  canEncode: true,
  hasPredictor: true,
  encode: compressZstd,
  decode: decompressZstd,
};

/** Values of the Compression tag (TIFF 6.0, its technical notes, and libtiff's register). */
const CODECS: ReadonlyMap<number, Codec> = new Map<number, Codec>([
  [1, NONE],
  [5, LZW],
  [7, { name: 'JPEG', canEncode: false }],
  [8, DEFLATE],
  [32773, PACKBITS],
  [32946, DEFLATE],
  [34887, { name: 'LERC', canEncode: false }],
  [50000, ZSTD],
  [50001, { name: 'WebP', canEncode: false }],
]);

/** The codec of a Compression tag's value, null for one that is not supported. */
export function codecOf(compression: number): Codec | null {
  return CODECS.get(compression) ?? null;
}
