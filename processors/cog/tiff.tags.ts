/** TIFF tags this program reads or writes (TIFF 6.0, GeoTIFF 1.1, GDAL's private tags). */
export const TAG = {
  newSubfileType: 254,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  imageDescription: 270,
  stripOffsets: 273,
  samplesPerPixel: 277,
  planarConfiguration: 284,
  predictor: 317,
  colorMap: 320,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
  pixelScale: 33550,
  tiepoint: 33922,
  transformation: 34264,
  geoKeyDirectory: 34735,
  geoDoubleParams: 34736,
  geoAsciiParams: 34737,
  jpegTables: 347,
  ycbcrCoefficients: 529,
  ycbcrSubSampling: 530,
  ycbcrPositioning: 531,
  referenceBlackWhite: 532,
  gdalMetadata: 42112,
  gdalNodata: 42113,
  lercParameters: 50674,
} as const;

/** Tags of every image that are copied byte for byte: how its samples are stored and what they mean. */
export const IMAGE_TAGS_CARRIED: readonly number[] = [
  TAG.bitsPerSample,
  TAG.compression,
  TAG.photometric,
  TAG.samplesPerPixel,
  TAG.planarConfiguration,
  TAG.predictor,
  TAG.colorMap,
  TAG.tileWidth,
  TAG.tileLength,
  TAG.extraSamples,
  TAG.sampleFormat,
  TAG.jpegTables,
  TAG.ycbcrCoefficients,
  TAG.ycbcrSubSampling,
  TAG.ycbcrPositioning,
  TAG.referenceBlackWhite,
  TAG.gdalNodata,
  TAG.lercParameters,
];

/** Tags of the full-resolution image that are copied too: texts (document to copyright), resolution, CRS. */
export const DOCUMENT_TAGS_CARRIED: readonly number[] = [
  269,
  TAG.imageDescription,
  271,
  272,
  282,
  283,
  285,
  296,
  305,
  306,
  315,
  316,
  33432,
  TAG.pixelScale,
  TAG.geoKeyDirectory,
  TAG.geoDoubleParams,
  TAG.geoAsciiParams,
];

/** Tags that are read though they are not copied as they are. */
const TAGS_INTERPRETED: readonly number[] = [
  TAG.newSubfileType,
  TAG.imageWidth,
  TAG.imageLength,
  TAG.fillOrder,
  TAG.tiepoint,
  TAG.transformation,
  TAG.gdalMetadata,
];

/** Tags whose values are loaded when a file is opened. The tile index is not: it is read as it is needed. */
export const TAGS_LOADED: ReadonlySet<number> = new Set([
  ...IMAGE_TAGS_CARRIED,
  ...DOCUMENT_TAGS_CARRIED,
  ...TAGS_INTERPRETED,
]);

/** Tags of sizes, counts and codes. */
export const TAGS_OF_INTEGERS: ReadonlySet<number> = new Set<number>([
  TAG.newSubfileType,
  TAG.imageWidth,
  TAG.imageLength,
  TAG.bitsPerSample,
  TAG.compression,
  TAG.photometric,
  TAG.fillOrder,
  TAG.samplesPerPixel,
  TAG.planarConfiguration,
  TAG.predictor,
  TAG.colorMap,
  TAG.tileWidth,
  TAG.tileLength,
  TAG.extraSamples,
  TAG.sampleFormat,
  TAG.geoKeyDirectory,
]);

/** Field types (TIFF 6.0, section 2; BigTIFF). */
export const TYPE = { byte: 1, ascii: 2, short: 3, long: 4, double: 12, long8: 16 } as const;

/** Field types of whole numbers without a sign. */
export const INTEGER_TYPES: ReadonlySet<number> = new Set<number>([TYPE.byte, TYPE.short, TYPE.long, TYPE.long8]);

/** Bytes of one value of each field type. */
export const TYPE_BYTES: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 4],
  [5, 8],
  [6, 1],
  [7, 1],
  [8, 2],
  [9, 4],
  [10, 8],
  [11, 4],
  [12, 8],
  [13, 4],
  [16, 8],
  [17, 8],
  [18, 8],
]);

/** Bytes of the numbers that values are made of: a RATIONAL is two of them. */
export const NUMBER_BYTES: ReadonlyMap<number, number> = new Map([...TYPE_BYTES, [5, 4], [10, 4]]);

/** Bits of NewSubfileType. */
export const SUBFILE = { reduced: 1, mask: 4 } as const;
/** Values of PhotometricInterpretation. */
export const PHOTOMETRIC = { palette: 3, mask: 4 } as const;
export const COMPRESSION_NONE = 1;

/** Names for messages. */
export const COMPRESSION_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'none'],
  [2, 'CCITT RLE'],
  [3, 'CCITT T.4'],
  [4, 'CCITT T.6'],
  [5, 'LZW'],
  [6, 'old JPEG'],
  [7, 'JPEG'],
  [8, 'DEFLATE'],
  [32773, 'PackBits'],
  [32946, 'DEFLATE'],
  [34712, 'JPEG 2000'],
  [34887, 'LERC'],
  [34925, 'LZMA'],
  [50000, 'ZSTD'],
  [50001, 'WebP'],
  [50002, 'JPEG XL'],
  [52546, 'JPEG XL'],
]);
