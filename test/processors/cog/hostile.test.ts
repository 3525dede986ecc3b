import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '../../../cache/problem.ts';
import { TAG } from '../../../processors/cog/tiff.tags.ts';
import { clipBytes } from './clip.ts';
import { makeSources } from './gdal.ts';
import { random, stars } from './polygons.ts';
import { valueOf, withDouble, withTag, withUint32 } from './tiff.patch.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));
const boundary = stars(3, [10, 2, 13, 5]);
let good = new Uint8Array();
let offsets = 0;
let counts = 0;

beforeAll(() => {
  const file = path.join(folder, 'good.tif');
  makeSources([
    {
      path: file,
      driver: 'COG',
      options: ['COMPRESS=DEFLATE', 'BLOCKSIZE=128', 'PREDICTOR=2'],
      width: 400,
      height: 400,
      bands: 1,
      type: 'Int16',
      nodata: -99,
      srs: 'EPSG:4326',
      transform: [10, 0.01, 0, 5, 0, -0.01],
      seed: 1,
      metadata: { NOTE: 'long enough not to be inline' },
    },
  ]);
  good = new Uint8Array(readFileSync(file));
  offsets = valueOf(good, TAG.tileOffsets);
  counts = valueOf(good, TAG.tileByteCounts);
});

/** Puts a tile at the end of the file in place of the first eight rows' and columns' tiles. */
function withTile(tile: Uint8Array): Uint8Array {
  const longer = new Uint8Array(good.length + tile.length);
  longer.set(good);
  longer.set(tile, good.length);
  const places = Array.from({ length: 16 }, (_, index) => index * 4);
  return withUint32(
    longer,
    ...places.map((at) => [offsets + at, good.length] as const),
    ...places.map((at) => [counts + at, tile.length] as const),
  );
}

const truncated = (bytes: Uint8Array, length: number): Uint8Array => bytes.slice(0, length);

const CASES: Record<string, [file: () => Uint8Array, kind: string, detail: RegExp]> = {
  'an empty file': [() => new Uint8Array(), 'invalid-source', /TIFF header/],
  'a file cut in its header': [() => truncated(good, 6), 'invalid-source', /header/],
  'no TIFF': [() => new TextEncoder().encode('{"type":"FeatureCollection"}'), 'invalid-source', /not a TIFF/],
  'a directory past the end': [() => withUint32(good, [4, 0x7fffffff]), 'invalid-source', /2147483647/],
  'no directory': [() => withUint32(good, [4, 0]), 'invalid-source', /no image directory/],
  'a BigTIFF header with other offsets': [() => withUint32(good, [0, 0x002b4949], [4, 4]), 'invalid-source', /8-byte/],
  'a BigTIFF directory at 2^60': [
    () => withUint32(good, [0, 0x002b4949], [4, 8], [8, 0], [12, 1 << 28]),
    'invalid-source',
    /damaged/,
  ],
  'a tag of 2^32 - 1 values': [
    () => withTag(good, TAG.gdalMetadata, { count: 2 ** 32 - 1 }),
    'invalid-source',
    /4294967295/,
  ],
  'a tag past the end': [() => withTag(good, TAG.gdalMetadata, { value: 2 ** 32 - 1 }), 'invalid-source', /tag 42112/],
  'a tile index shorter than the grid': [
    () => withTag(good, TAG.tileOffsets, { count: 3 }),
    'invalid-source',
    /3 entries/,
  ],
  'a tile index past the end': [
    () => withTag(good, TAG.tileOffsets, { value: 2 ** 31 }),
    'invalid-source',
    /past the end/,
  ],
  'byte counts past the end': [
    () => withTag(good, TAG.tileByteCounts, { value: 2 ** 31 }),
    'invalid-source',
    /past the end/,
  ],
  'an image 0 pixels wide': [() => withTag(good, TAG.imageWidth, { value: 0 }), 'invalid-source', /0 × 400/],
  'an image 2^32 - 1 pixels wide': [
    () => withTag(withLongWidth(), TAG.imageWidth, { value: 2 ** 32 - 1 }),
    'invalid-source',
    /4294967295/,
  ],
  'an image 2^31 - 1 pixels wide': [
    () => withTag(withLongWidth(), TAG.imageWidth, { value: 2 ** 31 - 1 }),
    'invalid-source',
    /entries for a grid/,
  ],
  'tiles of no width': [() => withTag(good, TAG.tileWidth, { value: 0 }), 'invalid-source', /neither tiles nor strips/],
  'tiles of 8 GiB': [
    () => withTag(withTag(good, TAG.tileWidth, { value: 65_520 }), TAG.tileLength, { value: 65_520 }),
    'unsupported-source',
    /32 MiB/,
  ],
  'a pixel of no samples': [() => withTag(good, TAG.samplesPerPixel, { value: 0 }), 'invalid-source', /0 samples/],
  'a tile past the end': [
    () => withUint32(good, ...tileValues(offsets, 2 ** 32 - 9)),
    'invalid-source',
    /past the end/,
  ],
  'a tile of 2^32 - 1 bytes': [
    () => withUint32(good, ...tileValues(counts, 2 ** 32 - 1)),
    'invalid-source',
    /past the end/,
  ],
  'a tile that is no zlib stream': [() => withTile(new Uint8Array(500).fill(7)), 'invalid-source', /decompressed/],
  'a tile cut short': [
    () => withTile(deflateSync(new Uint8Array(128 * 128 * 2)).subarray(0, 20)),
    'invalid-source',
    /decompressed/,
  ],
  'a tile that inflates to less': [
    () => withTile(deflateSync(new Uint8Array(1000))),
    'invalid-source',
    /holds 1000 bytes/,
  ],
  'a decompression bomb': [
    () => withTile(deflateSync(new Uint8Array(20 << 20))),
    'invalid-source',
    /decompressed|more than it can hold/,
  ],
  'a file cut in its data': [() => truncated(good, good.length >> 1), 'invalid-source', /past the end/],
};

/** The same file with its width as LONG, which GDAL writes as SHORT when it can. */
function withLongWidth(): Uint8Array {
  const copy = good.slice();
  const view = new DataView(copy.buffer);
  for (let at = view.getUint32(4, true) + 2; ; at += 12) {
    if (view.getUint16(at, true) !== TAG.imageWidth) continue;
    view.setUint16(at + 2, 4, true);
    return copy;
  }
}

function tileValues(array: number, value: number): [number, number][] {
  return Array.from({ length: 16 }, (_, index) => [array + index * 4, value]);
}

describe('damaged and hostile TIFFs are refused with a reason', () => {
  it.each(Object.entries(CASES))('%s', async (_name, [file, kind, detail]) => {
    const found = await clipBytes(file(), boundary).catch((error: unknown) => error);
    expect(found).toBeInstanceOf(Problem);
    expect(found).toMatchObject({ kind, message: expect.stringMatching(detail) });
  });

  const sizes = ['imageWidth', 'imageLength', 'tileWidth', 'tileLength', 'samplesPerPixel', 'bitsPerSample'] as const;
  it.each(sizes.flatMap((name) => [Number.NaN, -128, 128.5, Infinity].map((value) => [name, value] as const)))(
    'the tag %s as a fraction: %d',
    async (name, value) => {
      await expect(clipBytes(withDouble(good, TAG[name], value), boundary)).rejects.toMatchObject({
        kind: 'invalid-source',
        message: expect.stringContaining(`tag ${TAG[name]} has the field type 12`),
      });
    },
  );

  it('directories that run in a circle', async () => {
    const view = new DataView(good.buffer);
    const first = view.getUint32(4, true);
    const next = first + 2 + view.getUint16(first, true) * 12;
    await expect(clipBytes(withUint32(good, [next, first]), boundary)).rejects.toMatchObject({
      kind: 'invalid-source',
      message: expect.stringContaining('circle'),
    });
  });

  it('500 files with random damage give a clip or a problem, nothing else', async () => {
    const next = random(77);
    const seen = new Set<string>();
    for (let run = 0; run < 500; run++) {
      const bytes = good.slice();
      // Half of the damage goes to the structure, which is small.
      const reach = run % 2 === 0 ? 2500 : bytes.length;
      for (let flip = 0; flip <= run % 5; flip++) bytes[Math.floor(next() * reach)] = Math.floor(next() * 256);
      const outcome = await clipBytes(bytes, boundary).then(
        () => 'clip',
        (error: unknown) => (error instanceof Problem ? error.kind : String(error)),
      );
      seen.add(outcome);
    }
    expect([...seen].toSorted()).toEqual(['clip', 'invalid-source', 'no-coverage', 'unsupported-source']);
  });
});
