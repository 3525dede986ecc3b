import { Problem } from '../../cache/problem.ts';
import { codecOf, type LosslessCodec } from './codec.ts';
import type { Image } from './image.ts';
import { maskRowBytes } from './mask.bits.ts';
import type { ChunkedBytes } from './tiff.bytes.ts';
import type { TiffIfd } from './tiff.reader.ts';
import { COMPRESSION_NAMES, TAG } from './tiff.tags.ts';
import { TileIndex } from './tile.index.ts';

/** An internal mask of the source: one bit a pixel, 1 where the image holds data. */
export interface SourceMask {
  readonly width: number;
  readonly height: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly tilesAcross: number;
  readonly tilesDown: number;
  readonly codec: LosslessCodec;
  readonly rawTileBytes: number;
  readonly index: TileIndex;
}

const COMPRESSION_NONE = 1;
/** As for images: bounds the memory of one decoded tile. */
const TILE_BYTES_MAX = 32 << 20;
const SIDE_MAX = 2 ** 31 - 1;

/**
 * Understands a mask image (PhotometricInterpretation 4) as GDAL writes it: 1 bit, in tiles, losslessly compressed.
 * @throws {Problem} `unsupported-source` that names what is not supported, `invalid-source` when it is damaged.
 */
export function readSourceMask(bytes: ChunkedBytes, ifd: TiffIfd): SourceMask {
  const first = (tag: number, otherwise: number): number => ifd.tags.get(tag)?.values[0] ?? otherwise;
  const [width, height] = [first(TAG.imageWidth, 0), first(TAG.imageLength, 0)];
  const [tileWidth, tileHeight] = [first(TAG.tileWidth, 0), first(TAG.tileLength, 0)];
  const bits = first(TAG.bitsPerSample, 1) * first(TAG.samplesPerPixel, 1);
  const compression = first(TAG.compression, COMPRESSION_NONE);
  if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX) {
    throw new Problem('invalid-source', `The TIFF is damaged: a mask is ${width} × ${height} pixels large.`);
  }
  if (bits !== 1) throw unsupported(`an internal mask of ${bits} bits a pixel; it must have 1`);
  if (tileWidth === 0 || tileHeight === 0) throw unsupported('an internal mask in strips');
  const codec = codecOf(compression);
  if (codec === null || !codec.canEncode) {
    throw unsupported(`an internal mask in ${COMPRESSION_NAMES.get(compression) ?? `compression ${compression}`}`);
  }
  const rawTileBytes = maskRowBytes(tileWidth) * tileHeight;
  if (rawTileBytes > TILE_BYTES_MAX) throw unsupported(`an internal mask in tiles of ${rawTileBytes} bytes`);
  const tilesAcross = Math.ceil(width / tileWidth);
  const tilesDown = Math.ceil(height / tileHeight);
  const index = new TileIndex(bytes, ifd, tilesAcross * tilesDown, rawTileBytes);
  return { width, height, tileWidth, tileHeight, tilesAcross, tilesDown, codec, rawTileBytes, index };
}

/**
 * The mask that belongs to an image: the one of its size; null when there is none.
 * @throws {Problem} `unsupported-source` when its tiles are not those of the image.
 */
export function maskOf(masks: readonly SourceMask[], image: Image): SourceMask | null {
  const mask = masks.find(({ width, height }) => width === image.width && height === image.height) ?? null;
  if (mask !== null && (mask.tileWidth !== image.tileWidth || mask.tileHeight !== image.tileHeight)) {
    throw unsupported(
      `an internal mask in tiles of ${mask.tileWidth} × ${mask.tileHeight} pixels for an image in tiles of ` +
        `${image.tileWidth} × ${image.tileHeight}`,
    );
  }
  return mask;
}

/**
 * Decodes one tile of a mask.
 * @throws {Problem} `invalid-source` when it does not decode to exactly one tile.
 */
export async function decodeMaskTile({ codec, rawTileBytes }: SourceMask, encoded: Uint8Array): Promise<Uint8Array> {
  let raw: Uint8Array;
  try {
    raw = await codec.decode(encoded, rawTileBytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    throw new Problem('invalid-source', `A tile of the TIFF's mask cannot be decoded (${reason}).`, { cause });
  }
  if (raw.byteLength === rawTileBytes) return raw;
  throw new Problem(
    'invalid-source',
    `A tile of the TIFF's mask holds ${raw.byteLength} bytes; it needs ${rawTileBytes}.`,
  );
}

function unsupported(what: string): Problem {
  return new Problem('unsupported-source', `The GeoTIFF is of a kind that is not supported yet: ${what}.`);
}
