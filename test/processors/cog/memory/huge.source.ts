import { open } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import { random } from '../polygons.ts';

/** A raster of any size whose file is small. */
export interface HugeSource {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** Longitude and latitude of the first pixel's outer corner, and degrees per pixel. */
  readonly west: number;
  readonly north: number;
  readonly step: number;
  readonly tile: number;
  readonly format: 'int16' | 'float64' | 'uint8';
  readonly bands: number;
  /** Whether bands are stored apart. */
  readonly planar: boolean;
  /** Text of GDAL_NODATA; null for none. */
  readonly nodata: string | null;
  /** Whether tiles cannot be compressed. */
  readonly isNoise?: boolean;
  /** Each half as wide and high as the one before. */
  readonly overviews: number;
}

const FORMATS = {
  int16: { bits: 16, sampleFormat: 2, predictor: 2 },
  float64: { bits: 64, sampleFormat: 3, predictor: 1 },
  uint8: { bits: 8, sampleFormat: 1, predictor: 2 },
} as const;
/** Tiles with bytes of their own; all others share theirs, which TIFF allows. */
const PAYLOADS = 64;
const [SHORT, LONG, DOUBLE, LONG8, ASCII] = [3, 4, 12, 16, 2];

type Put = (bytes: Uint8Array) => Promise<number>;

/** A tag with its values, or with the place where they lie already. */
type Entry =
  | { readonly tag: number; readonly type: number; readonly values: readonly number[] }
  | { readonly tag: number; readonly type: number; readonly count: number; readonly offset: number };

/**
 * Writes a BigTIFF in DEFLATE tiles that share a few payloads by their offsets: tiles that follow each other in a row
 * mostly follow each other in the file, as in a real one.
 */
export async function writeHugeSource(source: HugeSource): Promise<void> {
  const file = await open(source.path, 'w');
  try {
    let at = 16;
    const put: Put = async (bytes) => {
      const offset = at;
      await file.write(bytes, 0, bytes.byteLength, offset);
      at += Math.ceil(bytes.byteLength / 8) * 8;
      return offset;
    };
    const payloads = payloadsOf(source);
    const starts: number[] = [];
    let length = 0;
    for (const payload of payloads) {
      starts.push(16 + length);
      length += payload.byteLength;
    }
    await put(Buffer.concat(payloads));
    const directories: Entry[][] = [];
    for (let level = 0; level <= source.overviews; level++) {
      const [width, height] = [Math.ceil(source.width / 2 ** level), Math.ceil(source.height / 2 ** level)];
      const tiles =
        Math.ceil(width / source.tile) * Math.ceil(height / source.tile) * (source.planar ? source.bands : 1);
      const offsets = new BigUint64Array(tiles);
      const counts = new Uint32Array(tiles);
      for (let tile = 0; tile < tiles; tile++) {
        offsets[tile] = BigInt(starts[tile % PAYLOADS] ?? 0);
        counts[tile] = payloads[tile % PAYLOADS]?.byteLength ?? 0;
      }
      const index: Entry[] =
        tiles <= 2
          ? [
              { tag: 324, type: LONG, values: Array.from(offsets, Number) },
              { tag: 325, type: LONG, values: [...counts] },
            ]
          : [
              { tag: 324, type: LONG8, count: tiles, offset: await put(bytesOf(offsets)) },
              { tag: 325, type: LONG, count: tiles, offset: await put(bytesOf(counts)) },
            ];
      directories.push(entriesOf(source, level, width, height, index));
    }
    let link = 8;
    for (const entries of directories) {
      const directory = await writeDirectory(entries, put);
      await file.write(bytesOf(BigUint64Array.of(BigInt(directory))), 0, 8, link);
      link = directory + 8 + entries.length * 20;
    }
    await file.write(Uint8Array.of(0x49, 0x49, 43, 0, 8, 0, 0, 0), 0, 8, 0);
  } finally {
    await file.close();
  }
}

function payloadsOf({ tile, format, bands, planar, isNoise = false }: HugeSource): Uint8Array[] {
  const samples = tile * tile * (planar ? 1 : bands);
  const bytes = new Uint8Array((samples * FORMATS[format].bits) / 8);
  const next = random(PAYLOADS);
  return Array.from({ length: PAYLOADS }, (_, payload) => {
    if (isNoise) return deflateSync(bytes.map(() => next() * 256));
    // Far from nodata whatever the predictor makes of it, and never the same in two tiles.
    bytes.fill(0);
    if (FORMATS[format].predictor === 2) bytes[0] = payload + 1;
    else new Float64Array(bytes.buffer).fill(payload + 1);
    return deflateSync(bytes);
  });
}

function entriesOf(source: HugeSource, level: number, width: number, height: number, index: readonly Entry[]): Entry[] {
  const { bits, sampleFormat, predictor } = FORMATS[source.format];
  const perBand = (value: number): number[] => Array.from({ length: source.bands }, () => value);
  const entries: Entry[] = [
    { tag: 254, type: LONG, values: [level === 0 ? 0 : 1] },
    { tag: 256, type: LONG, values: [width] },
    { tag: 257, type: LONG, values: [height] },
    { tag: 258, type: SHORT, values: perBand(bits) },
    { tag: 259, type: SHORT, values: [8] },
    { tag: 262, type: SHORT, values: [1] },
    { tag: 277, type: SHORT, values: [source.bands] },
    { tag: 284, type: SHORT, values: [source.planar ? 2 : 1] },
    { tag: 317, type: SHORT, values: [predictor] },
    { tag: 322, type: LONG, values: [source.tile] },
    { tag: 323, type: LONG, values: [source.tile] },
    ...index,
    ...(source.bands > 1 ? [{ tag: 338, type: SHORT, values: perBand(0).slice(1) }] : []),
    { tag: 339, type: SHORT, values: perBand(sampleFormat) },
  ];
  if (level === 0) {
    entries.push(
      { tag: 33550, type: DOUBLE, values: [source.step, source.step, 0] },
      { tag: 33922, type: DOUBLE, values: [0, 0, 0, source.west, source.north, 0] },
      { tag: 34735, type: SHORT, values: [1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326] },
    );
  }
  if (source.nodata !== null) {
    entries.push({ tag: 42113, type: ASCII, values: [...Buffer.from(`${source.nodata}\0`)] });
  }
  return entries;
}

async function writeDirectory(entries: readonly Entry[], put: Put): Promise<number> {
  const directory = Buffer.alloc(8 + entries.length * 20 + 8);
  directory.writeBigUInt64LE(BigInt(entries.length), 0);
  for (const [index, entry] of entries.entries()) {
    const at = 8 + index * 20;
    const values = 'values' in entry ? encode(entry.type, entry.values) : null;
    const count = 'values' in entry ? entry.values.length : entry.count;
    directory.writeUInt16LE(entry.tag, at);
    directory.writeUInt16LE(entry.type, at + 2);
    directory.writeBigUInt64LE(BigInt(count), at + 4);
    if (values !== null && values.byteLength <= 8) directory.set(values, at + 12);
    else if (values !== null) directory.writeBigUInt64LE(BigInt(await put(values)), at + 12);
    else if ('offset' in entry) directory.writeBigUInt64LE(BigInt(entry.offset), at + 12);
  }
  return put(directory);
}

function encode(type: number, values: readonly number[]): Uint8Array {
  if (type === SHORT) return bytesOf(Uint16Array.from(values));
  if (type === LONG) return bytesOf(Uint32Array.from(values));
  return type === DOUBLE ? bytesOf(Float64Array.from(values)) : Uint8Array.from(values);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
