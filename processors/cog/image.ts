import type { Problem } from '../../cache/problem.ts';
import { quoted } from '../../cache/ids.ts';
import type { ByteOrder } from './byte.order.ts';
import { type Codec, codecOf } from './codec.ts';
import { damaged, unsupported } from './faults.ts';
import type { ChunkedBytes } from './tiff.bytes.ts';
import { firstValue, type TiffIfd } from './tiff.reader.ts';
import { COMPRESSION_NAMES, COMPRESSION_NONE, TAG } from './tiff.tags.ts';
import { isSupportedSampleType, type SampleLayout } from './samples.ts';
import { storedBytesOf } from './tile.codec.ts';
import { TileIndex, type TileLocator } from './tile.index.ts';

/** One resolution of a raster. */
export interface Image {
  readonly ifd: TiffIfd;
  readonly width: number;
  readonly height: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly tilesAcross: number;
  readonly tilesDown: number;
  readonly samples: SampleLayout;
  /** Bands stored apart, each with a grid of tiles of its own, one after the other; 1 when they are interleaved. */
  readonly planes: number;
  readonly codec: Codec;
  readonly predictor: 1 | 2 | 3;
  /** Of the samples in its tiles. */
  readonly byteOrder: ByteOrder;
  /** Bytes of a decoded tile in memory. */
  readonly rawTileBytes: number;
  /** Bytes of a tile in the file before compression. */
  readonly storedTileBytes: number;
  readonly index: TileLocator;
}

/** Columns and rows are kept as 32-bit integers. */
export const SIDE_MAX = 2 ** 31 - 1;
/** Bounds the memory of one decoded tile; real tiles are at most a few MiB. */
export const TILE_BYTES_MAX = 32 << 20;
const PLANAR_SEPARATE = 2;
const SAMPLE_FORMATS = new Map<number, SampleLayout['format']>([
  [1, 'uint'],
  [2, 'int'],
  [3, 'float'],
  // "Undefined", which readers take for unsigned.
  [4, 'uint'],
]);
/** Integers of fewer bits than their type share bytes; GDAL writes any number below 16 (NBITS). */
const PACKED_BITS_MAX = 15;

/**
 * Understands one image of a TIFF.
 * @throws {Problem} `unsupported-source` that names what is not supported, `invalid-source` when it is damaged.
 */
export function readImage(bytes: ChunkedBytes, ifd: TiffIfd): Image {
  const width = firstValue(ifd, TAG.imageWidth, 0);
  const height = firstValue(ifd, TAG.imageLength, 0);
  if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX) {
    throw damaged(`an image is ${width} × ${height} pixels large`);
  }
  const tileWidth = firstValue(ifd, TAG.tileWidth, 0);
  const tileHeight = firstValue(ifd, TAG.tileLength, 0);
  if (tileWidth === 0 || tileHeight === 0) throw notTiled(ifd);
  const samples = readSamples(ifd);
  const rawTileBytes = tileWidth * tileHeight * samples.bytesPerPixel;
  if (rawTileBytes > TILE_BYTES_MAX) {
    throw unsupported(`tiles of ${tileWidth} × ${tileHeight} pixels (${rawTileBytes} bytes) are larger than 32 MiB`);
  }
  const tilesAcross = Math.ceil(width / tileWidth);
  const tilesDown = Math.ceil(height / tileHeight);
  const planes = planesOf(ifd);
  const codec = readCodec(ifd);
  const storedTileBytes = storedBytesOf(samples, tileWidth, tileHeight);
  return {
    ifd,
    width,
    height,
    tileWidth,
    tileHeight,
    tilesAcross,
    tilesDown,
    samples,
    planes,
    codec,
    predictor: readPredictor(ifd, codec, samples),
    byteOrder: ifd.byteOrder,
    rawTileBytes,
    storedTileBytes,
    index: new TileIndex(bytes, ifd, tilesAcross * tilesDown * planes, storedTileBytes),
  };
}

/** One of the planes of an image, as an image of its own. */
export function planeOf(image: Image, plane: number): Image {
  if (image.planes === 1) return image;
  const before = plane * image.tilesAcross * image.tilesDown;
  return { ...image, planes: 1, index: shifted(image.index, before) };
}

/** Finds the tiles of a grid that begins so many tiles into another. */
function shifted(index: TileLocator, before: number): TileLocator {
  return { locate: (runs) => index.locate(runs.map(({ first: from, count }) => ({ first: before + from, count }))) };
}

/** What differs in how two images hold their samples; null when they hold them alike. */
export function sampleDifference(a: Image, b: Image): string | null {
  const nameOf = ({ samples }: Image): string => `${samples.format}${samples.storedBits}`;
  if (nameOf(a) !== nameOf(b)) return `its samples are ${nameOf(b)}, not ${nameOf(a)}`;
  const isAlike = a.planes === b.planes && a.samples.samplesPerPixel === b.samples.samplesPerPixel;
  return isAlike ? null : 'its bands are stored otherwise';
}

function readSamples(ifd: TiffIfd): SampleLayout {
  const storedBits = same(ifd, TAG.bitsPerSample, 1);
  const format = SAMPLE_FORMATS.get(same(ifd, TAG.sampleFormat, 1));
  if (format === undefined) throw unsupported(`SampleFormat ${same(ifd, TAG.sampleFormat, 1)}`);
  const bits = bitsInMemory(storedBits, format);
  if (bits === null || !isSupportedSampleType(`${format}${bits}`)) {
    throw unsupported(`samples of type ${format}${storedBits}`);
  }
  if (firstValue(ifd, TAG.fillOrder, 1) !== 1) throw unsupported('FillOrder 2');
  const samplesPerPixel = bandsOf(ifd) / planesOf(ifd);
  return { format, bits, storedBits, samplesPerPixel, bytesPerPixel: (samplesPerPixel * bits) / 8 };
}

function bandsOf(ifd: TiffIfd): number {
  const bands = firstValue(ifd, TAG.samplesPerPixel, 1);
  if (bands < 1) throw damaged(`a pixel has ${bands} samples`);
  return bands;
}

function planesOf(ifd: TiffIfd): number {
  return firstValue(ifd, TAG.planarConfiguration, 1) === PLANAR_SEPARATE ? bandsOf(ifd) : 1;
}

function bitsInMemory(storedBits: number, format: SampleLayout['format']): SampleLayout['bits'] | null {
  if (storedBits === 8 || storedBits === 16 || storedBits === 32 || storedBits === 64) return storedBits;
  if (format !== 'uint' || storedBits < 1 || storedBits > PACKED_BITS_MAX) return null;
  return storedBits < 8 ? 8 : 16;
}

function readCodec(ifd: TiffIfd): Codec {
  const compression = firstValue(ifd, TAG.compression, COMPRESSION_NONE);
  const codec = codecOf(compression);
  if (codec !== null) return codec;
  throw unsupported(`Compression ${compression} (${COMPRESSION_NAMES.get(compression) ?? 'unknown'})`);
}

function readPredictor(ifd: TiffIfd, codec: Codec, samples: SampleLayout): 1 | 2 | 3 {
  const predictor = codec.canEncode && codec.hasPredictor ? firstValue(ifd, TAG.predictor, 1) : 1;
  if (predictor === 1) return predictor;
  if (predictor === 2 && samples.storedBits === samples.bits) return predictor;
  if (predictor === 3 && samples.format === 'float') return predictor;
  throw unsupported(`Predictor ${predictor} for ${samples.format}${samples.storedBits} samples`);
}

/** A value that must be the same for all bands. */
function same(ifd: TiffIfd, tag: number, otherwise: number): number {
  const values = ifd.tags.get(tag)?.values ?? [];
  if (values.some((value) => value !== values[0])) {
    throw unsupported(`bands that differ in type (tag ${tag}: ${quoted(values.join(', '))})`);
  }
  return values[0] ?? otherwise;
}

function notTiled(ifd: TiffIfd): Problem {
  return ifd.hasStrips
    ? unsupported('strips; it must be prepared as a tiled, cloud-optimized file first')
    : damaged('an image has neither tiles nor strips');
}
