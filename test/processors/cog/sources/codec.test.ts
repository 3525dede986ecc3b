import { deflateSync, zstdCompressSync } from 'node:zlib';
import { getDecoder } from 'geotiff';
import { describe, expect, it } from 'vitest';
import { type Codec, codecOf, type LosslessCodec } from '../../../../processors/cog/codec.ts';
import { packBits, packedRowBytes, unpackBits } from '../../../../processors/cog/sample.bits.ts';
import { random } from '../polygons.ts';

const COMPRESSIONS = { none: 1, LZW: 5, DEFLATE: 8, PackBits: 32773, 'DEFLATE, old number': 32946, ZSTD: 50000 };
const ROW_BYTES = 64;

function lossless(codec: Codec | null): LosslessCodec {
  if (codec?.canEncode !== true) throw new Error('The codec cannot encode.');
  return codec;
}

/** Bytes of several kinds: constant, few values, runs, noise. */
function samples(seed: number, length: number): Uint8Array {
  const next = random(seed);
  const values = [1, 2, 6, 256][seed % 4] ?? 1;
  const runs = 1 + Math.floor(next() * 300);
  const out = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const value = Math.floor(next() * values);
    const end = seed % 3 === 0 ? at + 1 : at + 1 + Math.floor(next() * runs);
    out.fill(value, at, end);
    at = end;
  }
  return out;
}

/** Around 254 codes the width of LZW grows, around 3836 its table is full; PackBits counts to 128. */
const LENGTHS = [1, 2, 3, 127, 128, 129, 253, 254, 255, 256, 257, 258, 3835, 3836, 3837, 3838, 3839, 9000, 70_000];

describe.each(Object.entries(COMPRESSIONS))('%s', (_name, compression) => {
  const codec = lossless(codecOf(compression));

  it.each(LENGTHS)('gives back %d bytes', async (length) => {
    for (let seed = 0; seed < 12; seed++) {
      const bytes = samples(seed, length);
      const encoded = await codec.encode(bytes.slice(), ROW_BYTES);
      expect(Buffer.compare(await codec.decode(encoded, length), bytes)).toBe(0);
    }
  });

  it('is read by geotiff.js', async () => {
    for (let seed = 0; seed < 8; seed++) {
      const bytes = samples(seed, 20_000);
      const encoded = await codec.encode(bytes.slice(), ROW_BYTES);
      const shape = { tileWidth: 100, tileHeight: 200, bitsPerSample: 8, planarConfiguration: 1, predictor: 1 };
      const decoder = await getDecoder(compression, shape);
      const decoded: ArrayBufferLike = await decoder.decodeBlock(new Uint8Array(encoded).buffer);
      expect(Buffer.compare(new Uint8Array(decoded).subarray(0, bytes.length), bytes)).toBe(0);
    }
  });

  it('gives at most as many bytes as it is told to, whatever it is given', async () => {
    const next = random(9);
    for (let run = 0; run < 300; run++) {
      const encoded = await codec.encode(samples(run, 2000), ROW_BYTES);
      const damaged = new Uint8Array(encoded).subarray(
        0,
        run % 3 === 0 ? Math.floor(next() * encoded.length) : undefined,
      );
      for (let flip = 0; flip < run % 4; flip++)
        damaged[Math.floor(next() * damaged.length)] = Math.floor(next() * 256);
      const found = await codec.decode(damaged, 2000).catch((error: unknown) => error);
      if (found instanceof Uint8Array) expect(found.byteLength).toBeLessThanOrEqual(2000);
      else expect(found).toBeInstanceOf(Error);
    }
  });
});

describe('decompression bombs are stopped', () => {
  const huge = new Uint8Array(8 << 20);
  it.each([
    ['DEFLATE', 8, deflateSync(huge)],
    ['ZSTD', 50_000, zstdCompressSync(huge)],
    ['ZSTD of several frames', 50_000, Buffer.concat([zstdCompressSync(huge), zstdCompressSync(huge)])],
    ['PackBits', 32_773, Uint8Array.from({ length: 4096 }, (_, at) => (at % 2 === 0 ? 129 : 7))],
  ])('%s', async (_name, compression, encoded) => {
    await expect(lossless(codecOf(compression)).decode(encoded, 4096)).rejects.toThrow(
      /larger than 4096|more than 4096/,
    );
  });

  it('LZW', async () => {
    const lzw = lossless(codecOf(5));
    await expect(lzw.decode(await lzw.encode(huge, ROW_BYTES), 4096)).rejects.toThrow('more than 4096');
  });
});

describe('LZW from elsewhere', () => {
  const lzw = lossless(codecOf(5));
  /** Codes of 9 bits. */
  function codes(...values: readonly number[]): Uint8Array {
    const bits = values.map((value) => value.toString(2).padStart(9, '0')).join('');
    return Uint8Array.from(bits.match(/.{1,8}/g) ?? [], (part) => Number.parseInt(part.padEnd(8, '0'), 2));
  }
  it('the example of TIFF 6.0, section 13', async () => {
    const found = await lzw.decode(codes(256, 7, 258, 8, 8, 258, 6, 6, 257), 10);
    expect([...found]).toEqual([7, 7, 7, 8, 8, 7, 7, 6, 6]);
  });
  it('no clear code at the beginning and no end code', async () => {
    expect([...(await lzw.decode(codes(1, 2, 258), 4))]).toEqual([1, 2, 1, 2]);
  });
  it('a code that is not known yet', async () => {
    await expect(lzw.decode(codes(256, 1, 300), 4)).rejects.toThrow('code 300');
    await expect(lzw.decode(codes(256, 258), 4)).rejects.toThrow('code 258');
  });
});

describe('codecs whose tiles are only copied', () => {
  it.each([
    [7, 'JPEG'],
    [34_887, 'LERC'],
    [50_001, 'WebP'],
  ])('%d, %s', (compression, name) => expect(codecOf(compression)).toEqual({ name, canEncode: false }));
  it('others are not known', () => expect(codecOf(34_712)).toBeNull());
});

describe('samples that share bytes', () => {
  it.each([1, 2, 3, 4, 5, 7, 9, 12, 15])('%d bits', (bits) => {
    const shape = { samplesPerRow: 13, rows: 5, bits };
    const next = random(bits);
    const one = Uint16Array.from({ length: 13 * 5 }, () => Math.floor(next() * 2 ** bits));
    const packed = packBits(one, shape);
    expect(packed.byteLength).toBe(5 * packedRowBytes(shape));
    const again = new Uint16Array(13 * 5);
    unpackBits(packed, shape, again);
    expect(again).toEqual(one);
    // High bit first, each row from a new byte on.
    const row = Array.from(one.subarray(13, 26), (value) => value.toString(2).padStart(bits, '0')).join('');
    const start = packedRowBytes(shape);
    const written = Array.from(packed.subarray(start, 2 * start), (byte) => byte.toString(2).padStart(8, '0')).join('');
    expect(written.startsWith(row)).toBe(true);
  });
});
