import { endianness } from 'node:os';
import { Problem } from '../../cache/problem.ts';

/** How the samples of a tile are stored. */
export interface SampleLayout {
  readonly format: 'uint' | 'int' | 'float';
  readonly bits: 8 | 16 | 32 | 64;
  readonly samplesPerPixel: number;
  readonly bytesPerPixel: number;
}

export type SampleArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

type SampleArrayConstructor = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => SampleArray;

const CONSTRUCTORS: ReadonlyMap<string, SampleArrayConstructor> = new Map<string, SampleArrayConstructor>([
  ['uint8', Uint8Array],
  ['int8', Int8Array],
  ['uint16', Uint16Array],
  ['int16', Int16Array],
  ['uint32', Uint32Array],
  ['int32', Int32Array],
  ['float32', Float32Array],
  ['float64', Float64Array],
]);

if (endianness() !== 'LE') throw new Error('The raster engine needs a little-endian machine.');

/** `int16` and the like, for messages. */
export function sampleTypeName(layout: Pick<SampleLayout, 'format' | 'bits'>): string {
  return `${layout.format}${layout.bits}`;
}

/** Whether samples of this type can be read and written here. */
export function isSupportedSampleType(name: string): boolean {
  return CONSTRUCTORS.has(name);
}

/** Decoded bytes as numbers; shares memory. The bytes must be aligned to the sample size. */
export function samplesOf(layout: SampleLayout, bytes: Uint8Array): SampleArray {
  const Samples = CONSTRUCTORS.get(sampleTypeName(layout));
  if (Samples === undefined) throw new Error(`There is no sample type ${sampleTypeName(layout)}.`);
  return new Samples(bytes.buffer, bytes.byteOffset, bytes.byteLength / (layout.bits / 8));
}

/** Fresh bytes that {@link samplesOf} may be used on. */
export function allocateSamples(sizeBytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sizeBytes);
}

/** What stands for "no value". */
export interface Nodata {
  /** As the sample type holds it. */
  readonly value: number;
  /** One whole pixel of it, all bands. */
  readonly pixel: Uint8Array;
}

/**
 * The nodata value of a GDAL_NODATA text.
 * @throws {Problem} `unsupported-source` when there is none or the sample type cannot hold it.
 */
export function parseNodata(text: string, layout: SampleLayout): Nodata {
  const trimmed = text.trim();
  if (trimmed === '') {
    throw new Problem(
      'unsupported-source',
      'The GeoTIFF declares no nodata value (tag 42113); such files are not supported yet.',
    );
  }
  const value = /^[+-]?nan$/i.test(trimmed) ? Number.NaN : numberOf(trimmed);
  const pixel = allocateSamples(layout.bytesPerPixel);
  const samples = samplesOf(layout, pixel).fill(value);
  const stored = samples[0] ?? Number.NaN;
  const isHeld = layout.format === 'float' ? Number.isNaN(value) === Number.isNaN(stored) : stored === value;
  if (!isHeld || (trimmed !== '' && Number.isNaN(value) && !/nan/i.test(trimmed))) {
    throw new Problem(
      'unsupported-source',
      `The GeoTIFF declares the nodata value ${trimmed.slice(0, 40)}, which its samples (${sampleTypeName(layout)}) cannot hold.`,
    );
  }
  return { value: stored, pixel };
}

function numberOf(text: string): number {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  return Number(text);
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
