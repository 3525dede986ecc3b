/// <reference lib="esnext.float16" />
import { endianness } from 'node:os';
import { quoted } from '../../cache/ids.ts';
import { Problem } from '../../cache/problem.ts';

/** How the samples of a decoded tile are held. */
export interface SampleLayout {
  readonly format: 'uint' | 'int' | 'float';
  /** Bits of a sample in memory. */
  readonly bits: 8 | 16 | 32 | 64;
  /** Bits of a sample in the file; fewer than in memory when samples share bytes there. */
  readonly storedBits: number;
  /** Samples of a pixel that lie together in a tile: 1 when bands are stored apart. */
  readonly samplesPerPixel: number;
  readonly bytesPerPixel: number;
}

/** Samples of a tile, one after the other. */
export type SampleArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float16Array
  | Float32Array
  | Float64Array;

/** Samples that are plain numbers. */
export type NumberArray = Exclude<SampleArray, BigUint64Array | BigInt64Array>;

/** One sample; integers of 64 bits are exact. */
export type SampleValue = number | bigint;

type SampleArrayConstructor = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => SampleArray;

const CONSTRUCTORS: ReadonlyMap<string, SampleArrayConstructor> = new Map<string, SampleArrayConstructor>([
  ['uint8', Uint8Array],
  ['int8', Int8Array],
  ['uint16', Uint16Array],
  ['int16', Int16Array],
  ['uint32', Uint32Array],
  ['int32', Int32Array],
  ['uint64', BigUint64Array],
  ['int64', BigInt64Array],
  ['float16', Float16Array],
  ['float32', Float32Array],
  ['float64', Float64Array],
]);

if (endianness() !== 'LE') throw new Error('The raster engine needs a little-endian machine.');

/** Whether samples of this type can be read and written here. */
export function isSupportedSampleType(name: string): boolean {
  return CONSTRUCTORS.has(name);
}

/** Decoded bytes as numbers; shares memory. The bytes must be aligned to the sample size. */
export function samplesOf(layout: SampleLayout, bytes: Uint8Array): SampleArray {
  const Samples = CONSTRUCTORS.get(`${layout.format}${layout.bits}`);
  if (Samples === undefined) throw new Error(`There is no sample type ${layout.format}${layout.bits}.`);
  return new Samples(bytes.buffer, bytes.byteOffset, bytes.byteLength / (layout.bits / 8));
}

/** Sets one sample; of 64-bit integers only whole numbers. */
export function setSample(samples: SampleArray, index: number, value: SampleValue): void {
  if (isNumberArray(samples)) samples[index] = Number(value);
  else samples[index] = BigInt(value);
}

/** Whether samples are plain numbers: all but integers of 64 bits. */
export function isNumberArray(samples: SampleArray): samples is NumberArray {
  return !(samples instanceof BigInt64Array || samples instanceof BigUint64Array);
}

/** Fresh bytes that {@link samplesOf} may be used on. */
export function allocateSamples(sizeBytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sizeBytes);
}

/** What stands for "no value". */
export interface Nodata {
  /** As the sample type holds it. */
  readonly value: SampleValue;
  /** One whole pixel of it, all bands. */
  readonly pixel: Uint8Array;
}

/** The nodata value that a GDAL_NODATA text means; null when it is no number or the sample type cannot hold it. */
export function nodataOf(text: string, layout: SampleLayout): Nodata | null {
  const value = valueOf(text.trim(), layout);
  if (value === null) return null;
  const pixel = allocateSamples(layout.bytesPerPixel);
  const samples = samplesOf(layout, pixel);
  for (let index = 0; index < samples.length; index++) setSample(samples, index, value);
  const stored = samples[0] ?? null;
  return stored !== null && isHeld(value, stored, layout) ? { value: stored, pixel } : null;
}

/**
 * {@link nodataOf} a text that is known to mean a value.
 * @throws {Problem} `unsupported-source` when the sample type cannot hold it.
 */
export function parseNodata(text: string, layout: SampleLayout): Nodata {
  const nodata = nodataOf(text, layout);
  if (nodata !== null) return nodata;
  throw new Problem(
    'unsupported-source',
    `The GeoTIFF declares the nodata value ${quoted(text)}, which its samples (${layout.format}${layout.storedBits}) ` +
      'cannot hold.',
  );
}

/** The number of a text, null when it is none that the sample type can be set to. */
function valueOf(text: string, { format, bits }: SampleLayout): SampleValue | null {
  if (format !== 'float' && bits === 64) {
    if (/^[+-]?\d{1,20}$/.test(text)) return BigInt(text.replace('+', ''));
    const rounded = text === '' ? Number.NaN : Number(text);
    return Number.isSafeInteger(rounded) ? BigInt(rounded) : null;
  }
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? null : value;
}

/** Whether a value comes out of the sample type as it went in; floats may round it, but not to infinity. */
function isHeld(value: SampleValue, stored: SampleValue, { format, bits, storedBits }: SampleLayout): boolean {
  if (format !== 'float') return stored === value && (storedBits === bits || Number(stored) < 2 ** storedBits);
  // GDAL shows half floats as single ones and compares those with the text.
  if (bits === 16) return Object.is(stored, value) || Math.fround(Number(value)) === stored;
  return Number.isNaN(value) === Number.isNaN(stored) && Number.isFinite(value) === Number.isFinite(stored);
}

/** Fills bytes with whole pixels of nodata. */
export function fillNodata(bytes: Uint8Array, nodata: Nodata): void {
  bytes.fill(nodata.pixel[0] ?? 0);
  if (nodata.pixel.every((byte) => byte === nodata.pixel[0])) return;
  bytes.set(nodata.pixel.subarray(0, bytes.byteLength));
  for (let done = nodata.pixel.byteLength; done < bytes.byteLength; done *= 2) {
    bytes.copyWithin(done, 0, Math.min(done, bytes.byteLength - done));
  }
}
