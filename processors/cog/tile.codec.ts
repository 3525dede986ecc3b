import { Problem } from '../../cache/problem.ts';
import { deflate, inflate } from './codec.deflate.ts';
import type { Image } from './image.ts';
import { applyPredictor, type TileShape, undoPredictor } from './predictor.ts';

/** Typed arrays of the widest samples need this. */
const ALIGNMENT_BYTES = 8;

/**
 * Decodes a tile to plain samples. The bytes returned are the caller's and aligned.
 * @throws {Problem} `invalid-source` when they do not decode to exactly one tile.
 */
export async function decodeTile(image: Image, encoded: Uint8Array): Promise<Uint8Array> {
  const tile = image.deflated ? await inflateTile(image, encoded) : requireSize(image, encoded).slice();
  undoPredictor(image.predictor, tile, shapeOf(image));
  return tile;
}

/** Encodes plain samples as the image's tiles are encoded. Overwrites `tile`. */
export async function encodeTile(image: Image, tile: Uint8Array): Promise<Uint8Array> {
  applyPredictor(image.predictor, tile, shapeOf(image));
  return image.deflated ? deflate(tile) : tile;
}

async function inflateTile(image: Image, encoded: Uint8Array): Promise<Uint8Array> {
  let raw: Uint8Array;
  try {
    raw = await inflate(encoded, image.rawTileBytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    throw new Problem('invalid-source', `A tile of the TIFF cannot be inflated (${reason}).`, { cause });
  }
  requireSize(image, raw);
  return raw.byteOffset % ALIGNMENT_BYTES === 0 ? raw : raw.slice();
}

function requireSize(image: Image, raw: Uint8Array): Uint8Array {
  if (raw.byteLength === image.rawTileBytes) return raw;
  throw new Problem(
    'invalid-source',
    `A tile of the TIFF holds ${raw.byteLength} bytes; ${image.tileWidth} × ${image.tileHeight} pixels need ${image.rawTileBytes}.`,
  );
}

function shapeOf(image: Image): TileShape {
  return { width: image.tileWidth, height: image.tileHeight, samples: image.samples };
}
