import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { releaseMemory } from '../memory.release.ts';

/** Level 6 costs six times the time of level 4 for 1 % of size (measured on elevation). */
const USUAL: zlib.ZlibOptions = { level: 4 };
/** Half the time of the usual way. */
const QUICK: zlib.ZlibOptions = { level: 1, memLevel: 9 };
/** A third of the time: of repetitions only runs of one byte, most of what there is after a predictor on noisy data. */
const RUNS: zlib.ZlibOptions = { level: 4, strategy: zlib.constants.Z_RLE, memLevel: 9 };
/** The quicker ways in the order in which they are tried, with how much larger than the usual one they may come out. */
const SHORTCUTS = [
  { settings: RUNS, growthMax: 1.05 },
  { settings: QUICK, growthMax: 1.12 },
];

/** A sample says which way to go: pieces that lie evenly, each of some rows of a tile, together this share of it. */
const SAMPLE_SHARE = 1 / 32;
const SAMPLE_PIECES = 8;
/** What is smaller takes no time worth a sample. */
const SAMPLED_BYTES_MIN = 128 << 10;

/** zlib grows its output by chunks: one that holds all saves half the time. */
const SLACK_BYTES = 1024;
/** A tile mostly shrinks to less than this share; room for all of it would only keep the garbage collector busy. */
const COMPRESSED_SHARE = 1 / 3;

const deflateAsync = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.deflate);
const inflateAsync = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.inflate);

/** Compresses to a zlib stream (TIFF compression 8 and 32946). Equal bytes give equal streams. */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes.byteLength < SAMPLED_BYTES_MIN) return deflateBy(bytes, USUAL);
  const sample = sampleOf(bytes);
  const settings = chooseSettings(sample);
  releaseMemory(sample);
  return deflateBy(bytes, settings);
}

function deflateBy(bytes: Uint8Array, settings: zlib.ZlibOptions): Promise<Uint8Array> {
  return deflateAsync(bytes, withChunkSize(settings, bytes.byteLength));
}

function withChunkSize(settings: zlib.ZlibOptions, sizeBytes: number): zlib.ZlibOptions {
  return { ...settings, chunkSize: Math.ceil(sizeBytes * COMPRESSED_SHARE) + SLACK_BYTES };
}

/** The quickest way that gives about the size of the usual one. Samples are done with sooner than handed to a thread. */
function chooseSettings(sample: Uint8Array): zlib.ZlibOptions {
  const sizeOf = (settings: zlib.ZlibOptions): number => {
    const compressed = zlib.deflateSync(sample, withChunkSize(settings, sample.byteLength));
    const { byteLength } = compressed;
    releaseMemory(compressed);
    return byteLength;
  };
  const usual = sizeOf(USUAL);
  return SHORTCUTS.find(({ settings, growthMax }) => sizeOf(settings) <= usual * growthMax)?.settings ?? USUAL;
}

function sampleOf(bytes: Uint8Array): Uint8Array {
  const pieceBytes = Math.floor((bytes.byteLength * SAMPLE_SHARE) / SAMPLE_PIECES);
  const sample = new Uint8Array(pieceBytes * SAMPLE_PIECES);
  for (let piece = 0; piece < SAMPLE_PIECES; piece++) {
    const middle = Math.floor((bytes.byteLength * (piece + 0.5)) / SAMPLE_PIECES);
    const start = middle - Math.floor(pieceBytes / 2);
    sample.set(bytes.subarray(start, start + pieceBytes), piece * pieceBytes);
  }
  return sample;
}

/**
 * Decompresses a zlib stream.
 * @throws {Error} when it is damaged or would yield more than `sizeBytesMax`.
 */
export async function inflate(bytes: Uint8Array, sizeBytesMax: number): Promise<Uint8Array> {
  return inflateAsync(bytes, { maxOutputLength: sizeBytesMax, chunkSize: sizeBytesMax + SLACK_BYTES });
}
