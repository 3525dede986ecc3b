import { Problem } from '../../cache/problem.ts';
import { codecOf, type LosslessCodec } from './codec.ts';
import { damaged, unsupported } from './faults.ts';
import { type Image, SIDE_MAX, TILE_BYTES_MAX } from './image.ts';
import { maskRowBytes } from './mask.bits.ts';
import type { ChunkedBytes } from './tiff.bytes.ts';
import { firstValue, type TiffIfd } from './tiff.reader.ts';
import { COMPRESSION_NAMES, COMPRESSION_NONE, TAG } from './tiff.tags.ts';
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

/**
 * Understands a mask image (PhotometricInterpretation 4) as GDAL writes it: 1 bit, in tiles, losslessly compressed.
 * @throws {Problem} `unsupported-source` that names what is not supported, `invalid-source` when it is damaged.
 */
export function readSourceMask(bytes: ChunkedBytes, ifd: TiffIfd): SourceMask {
  const [width, height] = [firstValue(ifd, TAG.imageWidth, 0), firstValue(ifd, TAG.imageLength, 0)];
  const [tileWidth, tileHeight] = [firstValue(ifd, TAG.tileWidth, 0), firstValue(ifd, TAG.tileLength, 0)];
  const bits = firstValue(ifd, TAG.bitsPerSample, 1) * firstValue(ifd, TAG.samplesPerPixel, 1);
  const compression = firstValue(ifd, TAG.compression, COMPRESSION_NONE);
  if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX) {
    throw damaged(`a mask is ${width} × ${height} pixels large`);
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
