import { promisify } from 'node:util';
import * as zlib from 'node:zlib';

/** Level 9, GDAL's default, takes four times the time and saves nothing (measured on elevation). */
const LEVEL = 3;
/** The output grows by chunks: one that holds all saves copies. */
const SLACK_BYTES = 1024;

const compressAsync = promisify<Uint8Array, zlib.ZstdOptions, Buffer>(zlib.zstdCompress);
const decompressAsync = promisify<Uint8Array, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress);

/** Compresses to a Zstandard frame (TIFF compression 50000). */
export async function compressZstd(bytes: Uint8Array): Promise<Uint8Array> {
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: LEVEL };
  return compressAsync(bytes, { params, chunkSize: bytes.byteLength + SLACK_BYTES, pledgedSrcSize: bytes.byteLength });
}

/**
 * Decompresses Zstandard frames.
 * @throws {Error} when they are damaged or would yield more than `sizeBytesMax`.
 */
export async function decompressZstd(bytes: Uint8Array, sizeBytesMax: number): Promise<Uint8Array> {
  return decompressAsync(bytes, { maxOutputLength: sizeBytesMax, chunkSize: sizeBytesMax + SLACK_BYTES });
}
