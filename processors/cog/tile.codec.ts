import { Problem } from '../../cache/problem.ts';
import { swapBytes } from './byte.order.ts';
import type { LosslessCodec } from './codec.ts';
import type { Image } from './image.ts';
import { releaseMemory } from '../memory.release.ts';
import { applyPredictor, type TileShape, undoPredictor } from './predictor.ts';
import { type BitRows, packBits, packedRowBytes, unpackBits } from './sample.bits.ts';
import { allocateSamples, type SampleLayout } from './samples.ts';
import type { RowRange } from './tile.rows.ts';

/** Typed arrays of the widest samples need this. */
const ALIGNMENT_BYTES = 8;

/**
 * Decodes a tile to plain samples: pixel by pixel, in the machine's byte order, each in bytes of its own. The bytes
 * returned are the caller's, buffer and all, and aligned.
 * @param rows those that are wanted, all unless given: prediction is not undone in others, which then mean nothing
 * @throws {Problem} `invalid-source` when they do not decode to exactly one tile.
 */
export async function decodeTile(image: Image, encoded: Uint8Array, rows?: RowRange): Promise<Uint8Array> {
  const stored = await decompress(image, losslessCodecOf(image), encoded);
  if (isSwapped(image)) swapBytes(stored, image.samples.bits / 8);
  const { first, end } = rows ?? { first: 0, end: image.tileHeight };
  const rowBytes = image.storedTileBytes / image.tileHeight;
  undoPredictor(image.predictor, stored.subarray(first * rowBytes, end * rowBytes), {
    ...shapeOf(image),
    height: end - first,
  });
  if (!isPacked(image.samples)) return stored;
  const tile = allocateSamples(image.rawTileBytes);
  unpackBits(stored, bitRowsOf(image), elementsOf(image.samples, tile));
  releaseMemory(stored);
  return tile;
}

/** Encodes plain samples as the image's tiles are encoded. Overwrites `tile`. */
export async function encodeTile(image: Image, tile: Uint8Array): Promise<Uint8Array> {
  const codec = losslessCodecOf(image);
  const { samples } = image;
  const stored = isPacked(samples) ? packBits(elementsOf(samples, tile), bitRowsOf(image)) : tile;
  applyPredictor(image.predictor, stored, shapeOf(image));
  if (isSwapped(image)) swapBytes(stored, samples.bits / 8);
  return codec.encode(stored, image.storedTileBytes / image.tileHeight);
}

/** Bytes of a tile in the file before compression. */
export function storedBytesOf(samples: SampleLayout, tileWidth: number, tileHeight: number): number {
  return packedRowBytes({ samplesPerRow: tileWidth * samples.samplesPerPixel, bits: samples.storedBits }) * tileHeight;
}

async function decompress(image: Image, codec: LosslessCodec, encoded: Uint8Array): Promise<Uint8Array> {
  let stored: Uint8Array;
  try {
    stored = await codec.decode(encoded, image.storedTileBytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    throw new Problem('invalid-source', `A tile of the TIFF cannot be decompressed (${codec.name}: ${reason}).`, {
      cause,
    });
  }
  if (stored.byteLength !== image.storedTileBytes) {
    throw new Problem(
      'invalid-source',
      `A tile of the TIFF holds ${stored.byteLength} bytes; ${image.tileWidth} × ${image.tileHeight} pixels need ` +
        `${image.storedTileBytes}.`,
    );
  }
  return stored.byteOffset % ALIGNMENT_BYTES === 0 ? stored : new Uint8Array(stored);
}

function losslessCodecOf({ codec }: Image): LosslessCodec {
  if (codec.canEncode) return codec;
  throw new Problem(
    'unsupported-source',
    `The GeoTIFF is of a kind that is not supported yet: its tiles (${codec.name}) can only be copied, not cut.`,
  );
}

/** The floating-point predictor has an order of bytes of its own, and samples that share bytes have none. */
function isSwapped({ byteOrder, predictor, samples }: Image): boolean {
  return byteOrder === 'big' && predictor !== 3 && !isPacked(samples);
}

function isPacked({ bits, storedBits }: SampleLayout): boolean {
  return storedBits < bits;
}

function elementsOf({ bits }: SampleLayout, bytes: Uint8Array): Uint8Array | Uint16Array {
  return bits === 8 ? bytes : new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
}

function bitRowsOf({ tileWidth, tileHeight, samples }: Image): BitRows {
  return { samplesPerRow: tileWidth * samples.samplesPerPixel, rows: tileHeight, bits: samples.storedBits };
}

function shapeOf(image: Image): TileShape {
  return { width: image.tileWidth, height: image.tileHeight, samples: image.samples };
}
