import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '../../../../cache/problem.ts';
import { encodeLzw } from '../../../../processors/cog/codec.lzw.ts';
import { TAG } from '../../../../processors/cog/tiff.tags.ts';
import { clipBytes } from '../clip.ts';
import { makeSources, type SourceJob } from '../gdal.ts';
import { random, stars } from '../polygons.ts';
import { valueOf, withTag, withUint32 } from '../tiff.patch.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-hostile-sources-'));
afterAll(() => rmSync(folder, { recursive: true }));
const boundary = stars(3, [10, 2, 13, 5]);
/** Tiles of 64 × 64 16-bit samples. */
const TILE_BYTES = 64 * 64 * 2;
const TILES = 25;

const options = (...more: string[]): string[] => ['TILED=YES', 'BLOCKXSIZE=64', 'BLOCKYSIZE=64', ...more];
const KINDS: Record<string, Partial<SourceJob> & { options: string[] }> = {
  LZW: { options: options('COMPRESS=LZW', 'PREDICTOR=2') },
  PackBits: { options: options('COMPRESS=PACKBITS') },
  ZSTD: { options: options('COMPRESS=ZSTD', 'PREDICTOR=2') },
  uncompressed: { options: options() },
  'bands apart': { bands: 3, options: options('COMPRESS=LZW', 'INTERLEAVE=BAND') },
  'big-endian': { options: options('COMPRESS=ZSTD', 'ENDIANNESS=BIG') },
};
const files = new Map<string, Uint8Array>();

function jobOf(name: string): SourceJob {
  return {
    driver: 'GTiff',
    type: 'Int16',
    bands: 1,
    width: 300,
    height: 300,
    nodata: -99,
    srs: 'EPSG:4326',
    transform: [10, 0.01, 0, 5, 0, -0.01],
    seed: 2,
    overviews: [2],
    overviewTile: 64,
    options: [],
    ...KINDS[name],
    path: path.join(folder, `${name}.tif`),
  };
}

beforeAll(() => {
  const jobs = Object.keys(KINDS).map(jobOf);
  makeSources(jobs);
  for (const name of Object.keys(KINDS)) {
    files.set(name, new Uint8Array(readFileSync(path.join(folder, `${name}.tif`))));
  }
});

function fileOf(kind: string): Uint8Array {
  return files.get(kind) ?? new Uint8Array();
}

/** A file in which all tiles of the full resolution are the given one. */
function withTile(kind: string, tile: Uint8Array): Uint8Array {
  const good = fileOf(kind);
  const longer = new Uint8Array(good.length + tile.length);
  longer.set(good);
  longer.set(tile, good.length);
  const [offsets, counts] = [valueOf(good, TAG.tileOffsets), valueOf(good, TAG.tileByteCounts)];
  const places = Array.from({ length: TILES }, (_, index) => index * 4);
  return withUint32(
    longer,
    ...places.map((at) => [offsets + at, good.length] as const),
    ...places.map((at) => [counts + at, tile.length] as const),
  );
}

const raw = (sizeBytes: number): Uint8Array => new Uint8Array(sizeBytes).fill(3);
const CASES: Record<string, [file: () => Uint8Array, detail: RegExp]> = {
  'LZW that is none': [() => withTile('LZW', raw(500)), /cannot be decompressed \(LZW: code/],
  'LZW cut short': [() => withTile('LZW', encodeLzw(raw(TILE_BYTES)).subarray(0, 90)), /holds \d+ bytes.*need 8192/],
  'LZW of too little': [() => withTile('LZW', encodeLzw(raw(100))), /holds 100 bytes.*need 8192/],
  'an LZW bomb': [() => withTile('LZW', encodeLzw(raw(1 << 20))), /LZW: more than 8192 bytes/],
  'PackBits cut short': [() => withTile('PackBits', Uint8Array.of(10, 1, 2)), /PackBits: unexpected end/],
  'PackBits of too little': [() => withTile('PackBits', Uint8Array.of(0x81, 1)), /holds 128 bytes/],
  'a PackBits bomb': [() => withTile('PackBits', raw(400).fill(0x81)), /PackBits: more than 8192 bytes/],
  'ZSTD that is none': [() => withTile('ZSTD', raw(500)), /cannot be decompressed \(ZSTD:/],
  'ZSTD cut short': [
    () => withTile('ZSTD', zstdCompressSync(raw(TILE_BYTES)).subarray(0, -2)),
    /cannot be decompressed \(ZSTD:/,
  ],
  'a ZSTD bomb': [() => withTile('ZSTD', zstdCompressSync(raw(64 << 20))), /cannot be decompressed \(ZSTD:/],
  'ZSTD of too little': [() => withTile('ZSTD', zstdCompressSync(raw(99))), /holds 99 bytes/],
  'a tile far larger than its pixels': [() => withTile('LZW', raw(TILE_BYTES * 3)), /more than it can hold/],
  'a tile index for one of three planes': [
    () => withTag(fileOf('bands apart'), TAG.tileOffsets, { count: TILES }),
    /25 entries for a grid of 75 tiles/,
  ],
  '65535 bands apart': [() => withTag(fileOf('bands apart'), TAG.samplesPerPixel, { value: 65_535 }), /for a grid of/],
};

describe('damaged and hostile tiles are refused with a reason', () => {
  it.each(Object.entries(CASES))('%s', async (_name, [file, detail]) => {
    const found = await clipBytes(file(), boundary).catch((error: unknown) => error);
    expect(found).toBeInstanceOf(Problem);
    expect(found).toMatchObject({ kind: 'invalid-source', message: expect.stringMatching(detail) });
  });

  it.each(Object.keys(KINDS))(
    '60 files with random damage give a clip or a problem, nothing else: %s',
    async (kind) => {
      const next = random(kind.length);
      for (let run = 0; run < 60; run++) {
        const bytes = fileOf(kind).slice();
        const reach = run % 2 === 0 ? 1500 : bytes.length;
        for (let flip = 0; flip <= run % 9; flip++) bytes[Math.floor(next() * reach)] = Math.floor(next() * 256);
        const found = await clipBytes(bytes, boundary).catch((error: unknown) => error);
        if (found instanceof Error) expect(found).toBeInstanceOf(Problem);
      }
    },
  );
});
