import { Problem } from '../../cache/problem.ts';
import { quoted } from '../../cache/ids.ts';
import type { ChunkedBytes } from './tiff.bytes.ts';
import type { TiffIfd } from './tiff.reader.ts';
import { COMPRESSION_NAMES, TAG } from './tiff.tags.ts';
import { isSupportedSampleType, sampleTypeName, type SampleLayout } from './samples.ts';
import { TileIndex } from './tile.index.ts';

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
  readonly deflated: boolean;
  readonly predictor: 1 | 2 | 3;
  readonly rawTileBytes: number;
  readonly index: TileIndex;
}

/** Columns and rows are kept as 32-bit integers. */
const SIDE_MAX = 2 ** 31 - 1;
/** Bounds the memory of one decoded tile; real tiles are at most a few MiB. */
const TILE_BYTES_MAX = 32 << 20;
const COMPRESSION_NONE = 1;
const COMPRESSIONS_DEFLATE = new Set([8, 32946]);
const SAMPLE_FORMATS = new Map<number, SampleLayout['format']>([
  [1, 'uint'],
  [2, 'int'],
  [3, 'float'],
]);
/** ExtraSamples values that mean an alpha band. */
const ALPHA = new Set([1, 2]);

/**
 * Understands one image of a TIFF.
 * @throws {Problem} `unsupported-source` that names what is not supported, `invalid-source` when it is damaged.
 */
export function readImage(bytes: ChunkedBytes, ifd: TiffIfd): Image {
  const width = first(ifd, TAG.imageWidth, 0);
  const height = first(ifd, TAG.imageLength, 0);
  if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX) {
    throw damaged(`an image is ${width} × ${height} pixels large`);
  }
  const tileWidth = first(ifd, TAG.tileWidth, 0);
  const tileHeight = first(ifd, TAG.tileLength, 0);
  if (tileWidth === 0 || tileHeight === 0) throw notTiled(ifd);
  const samples = readSamples(ifd);
  const rawTileBytes = tileWidth * tileHeight * samples.bytesPerPixel;
  if (rawTileBytes > TILE_BYTES_MAX) {
    throw unsupported(`tiles of ${tileWidth} × ${tileHeight} pixels (${rawTileBytes} bytes) are larger than 32 MiB`);
  }
  const tilesAcross = Math.ceil(width / tileWidth);
  const tilesDown = Math.ceil(height / tileHeight);
  return {
    ifd,
    width,
    height,
    tileWidth,
    tileHeight,
    tilesAcross,
    tilesDown,
    samples,
    deflated: isDeflated(ifd),
    predictor: readPredictor(ifd, samples),
    rawTileBytes,
    index: new TileIndex(bytes, ifd, tilesAcross * tilesDown, rawTileBytes),
  };
}

function readSamples(ifd: TiffIfd): SampleLayout {
  const samplesPerPixel = first(ifd, TAG.samplesPerPixel, 1);
  if (samplesPerPixel < 1) throw damaged(`a pixel has ${samplesPerPixel} samples`);
  const bits = same(ifd, TAG.bitsPerSample, 1);
  const format = SAMPLE_FORMATS.get(same(ifd, TAG.sampleFormat, 1));
  if (format === undefined) throw unsupported(`SampleFormat ${same(ifd, TAG.sampleFormat, 1)}`);
  if ((bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) || !isSupportedSampleType(`${format}${bits}`)) {
    throw unsupported(`samples of type ${format}${bits}`);
  }
  if (samplesPerPixel > 1 && first(ifd, TAG.planarConfiguration, 1) !== 1) {
    throw unsupported('bands stored apart (PlanarConfiguration 2)');
  }
  if (first(ifd, TAG.fillOrder, 1) !== 1) throw unsupported('FillOrder 2');
  if ((ifd.tags.get(TAG.extraSamples)?.values ?? []).some((value) => ALPHA.has(value))) {
    throw unsupported('an alpha band (ExtraSamples)');
  }
  return { format, bits, samplesPerPixel, bytesPerPixel: (samplesPerPixel * bits) / 8 };
}

function isDeflated(ifd: TiffIfd): boolean {
  const compression = first(ifd, TAG.compression, COMPRESSION_NONE);
  if (COMPRESSIONS_DEFLATE.has(compression)) return true;
  if (compression === COMPRESSION_NONE) return false;
  throw unsupported(`Compression ${compression} (${COMPRESSION_NAMES.get(compression) ?? 'unknown'})`);
}

function readPredictor(ifd: TiffIfd, samples: SampleLayout): 1 | 2 | 3 {
  // Readers look at the predictor of compressed images only.
  const predictor = isDeflated(ifd) ? first(ifd, TAG.predictor, 1) : 1;
  if (predictor === 1 || predictor === 2) return predictor;
  if (predictor === 3 && samples.format === 'float') return predictor;
  throw unsupported(`Predictor ${predictor} for ${sampleTypeName(samples)} samples`);
}

function first(ifd: TiffIfd, tag: number, otherwise: number): number {
  return ifd.tags.get(tag)?.values[0] ?? otherwise;
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

function unsupported(what: string): Problem {
  return new Problem('unsupported-source', `The GeoTIFF is of a kind that is not supported yet: ${what}.`);
}

function damaged(what: string): Problem {
  return new Problem('invalid-source', `The TIFF is damaged: ${what}.`);
}
