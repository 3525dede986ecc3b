import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromArrayBuffer } from 'geotiff';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clipFile } from '../clip.ts';
import { type CheckJob, checkClips, dumpPixels, type Figures, makeSources, type SourceJob } from '../gdal.ts';
import { stars } from '../polygons.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-sources-'));
afterAll(() => rmSync(folder, { recursive: true }));

const base = {
  driver: 'GTiff',
  width: 310,
  height: 240,
  bands: 1,
  nodata: 0,
  srs: 'EPSG:4326',
  transform: [10, 0.01, 0, 5, 0, -0.01],
  overviews: [2, 4],
  overviewTile: 64,
} satisfies Partial<SourceJob>;
/** `otherReader`: why geotiff.js cannot read it too. */
type Kind = Partial<SourceJob> & Pick<SourceJob, 'type' | 'options'> & { otherReader?: string };

const tiled = (...more: string[]): string[] => ['TILED=YES', 'BLOCKXSIZE=64', 'BLOCKYSIZE=64', ...more];
const cog = (...more: string[]): string[] => ['BLOCKSIZE=64', 'OVERVIEW_RESAMPLING=AVERAGE', ...more];
const asCog: Pick<SourceJob, 'driver' | 'overviews'> = { driver: 'COG', overviews: [] };
const odd = 'it has no decoder for samples of this width';
const wide = 'it has no predictor for 64 bits';

/** It reads the tile index of a file in parts, and those as little-endian. */
const isBigEndian = ({ options }: Kind): boolean => options.includes('ENDIANNESS=BIG');

/** Kinds of sources, each with the reason it is there. */
const KINDS: Record<string, Kind> = {
  'LZW, predictor 2': { ...asCog, type: 'Int16', options: cog('COMPRESS=LZW', 'PREDICTOR=2') },
  'LZW of floats, predictor 3': { ...asCog, type: 'Float32', options: cog('COMPRESS=LZW', 'PREDICTOR=3') },
  'ZSTD, predictor 2': { ...asCog, type: 'UInt16', options: cog('COMPRESS=ZSTD', 'PREDICTOR=2') },
  'ZSTD of floats, predictor 3': { ...asCog, type: 'Float64', options: cog('COMPRESS=ZSTD', 'PREDICTOR=3') },
  PackBits: { type: 'Byte', options: tiled('COMPRESS=PACKBITS') },
  'tiles that are not square': { type: 'Int16', options: ['TILED=YES', 'BLOCKXSIZE=32', 'BLOCKYSIZE=80'] },
  'overviews compressed otherwise': {
    ...asCog,
    type: 'Int16',
    options: cog('COMPRESS=DEFLATE', 'PREDICTOR=2', 'OVERVIEW_COMPRESS=ZSTD', 'OVERVIEW_PREDICTOR=NO'),
  },
  'overviews in larger tiles': { type: 'Int16', overviewTile: 128, options: tiled('COMPRESS=LZW') },
  'big-endian, DEFLATE, predictor 2': {
    type: 'Int16',
    options: tiled('ENDIANNESS=BIG', 'COMPRESS=DEFLATE', 'PREDICTOR=2'),
  },
  'big-endian, uncompressed floats': { type: 'Float32', options: tiled('ENDIANNESS=BIG') },
  'big-endian floats, predictor 3': {
    type: 'Float32',
    options: tiled('ENDIANNESS=BIG', 'COMPRESS=ZSTD', 'PREDICTOR=3'),
  },
  'big-endian BigTIFF of doubles': { type: 'Float64', options: tiled('ENDIANNESS=BIG', 'BIGTIFF=YES', 'COMPRESS=LZW') },
  'big-endian bytes, described': { type: 'Byte', described: true, options: tiled('ENDIANNESS=BIG') },
  'big-endian palette': { type: 'Byte', palette: true, options: tiled('ENDIANNESS=BIG', 'COMPRESS=PACKBITS') },
  'bands apart': { type: 'Int16', bands: 3, options: tiled('INTERLEAVE=BAND', 'COMPRESS=DEFLATE', 'PREDICTOR=2') },
  'bands apart, uncompressed': { type: 'Float32', bands: 2, options: tiled('INTERLEAVE=BAND') },
  'bands apart, NaN': { type: 'Float32', nodata: 'nan', bands: 3, options: tiled('INTERLEAVE=BAND', 'COMPRESS=LZW') },
  'bands apart, big-endian, described': {
    type: 'UInt16',
    bands: 4,
    described: true,
    options: tiled('INTERLEAVE=BAND', 'COMPRESS=ZSTD', 'ENDIANNESS=BIG'),
  },
  '120 bands together': {
    type: 'Byte',
    bands: 120,
    width: 150,
    height: 120,
    options: tiled('INTERLEAVE=PIXEL', 'COMPRESS=ZSTD'),
  },
  '300 bands apart': {
    type: 'Int16',
    bands: 300,
    width: 90,
    height: 90,
    overviews: [2],
    options: tiled('INTERLEAVE=BAND', 'COMPRESS=DEFLATE'),
  },
  'signed bytes': { type: 'Byte', options: tiled('PIXELTYPE=SIGNEDBYTE', 'COMPRESS=LZW', 'PREDICTOR=2') },
  'int64 beyond 2^53, predictor 2': {
    ...asCog,
    type: 'Int64',
    plus: '4611686018427387905',
    options: cog('COMPRESS=DEFLATE', 'PREDICTOR=2'),
    otherReader: wide,
  },
  'uint64, uncompressed': { type: 'UInt64', options: tiled(), otherReader: odd },
  'int64, big-endian': {
    type: 'Int64',
    nodata: -99,
    options: tiled('ENDIANNESS=BIG', 'COMPRESS=ZSTD'),
  },
  'half floats': { type: 'Float32', nodata: -99, options: tiled('NBITS=16', 'COMPRESS=DEFLATE') },
  'half floats, predictor 3': {
    type: 'Float32',
    nodata: -99,
    options: tiled('NBITS=16', 'COMPRESS=ZSTD', 'PREDICTOR=3'),
  },
  '1 bit': { type: 'Byte', levels: 2, options: tiled('NBITS=1', 'COMPRESS=DEFLATE'), otherReader: odd },
  '2 bits': { type: 'Byte', levels: 4, nodata: 3, options: tiled('NBITS=2', 'COMPRESS=LZW'), otherReader: odd },
  '4 bits, big-endian': {
    type: 'Byte',
    levels: 16,
    nodata: 15,
    options: tiled('NBITS=4', 'ENDIANNESS=BIG'),
  },
  '4 bits, three bands': {
    type: 'Byte',
    levels: 16,
    bands: 3,
    options: tiled('NBITS=4', 'INTERLEAVE=PIXEL', 'COMPRESS=PACKBITS'),
    otherReader: odd,
  },
  '12 bits': { type: 'UInt16', plus: '3000', options: tiled('NBITS=12', 'COMPRESS=ZSTD'), otherReader: odd },
  RGB: {
    type: 'Byte',
    bands: 3,
    options: tiled('PHOTOMETRIC=RGB', 'INTERLEAVE=PIXEL', 'COMPRESS=LZW', 'PREDICTOR=2'),
  },
  'RGB and a nodata value of 255': {
    ...asCog,
    type: 'Byte',
    bands: 3,
    nodata: 255,
    options: cog('COMPRESS=ZSTD', 'PREDICTOR=2'),
  },
  'partly sparse': { type: 'Byte', holes: 1, options: tiled('SPARSE_OK=TRUE', 'COMPRESS=ZSTD') },
  'pixel is point, projected tags kept': {
    type: 'Int16',
    described: true,
    metadata: { AREA_OR_POINT: 'Point' },
    options: tiled('COMPRESS=LZW'),
  },
};

/** Parts of the extent, as shares of it. */
const PLACES = { middle: [0.2, 0.2, 0.8, 0.8], corner: [-0.2, -0.2, 0.5, 0.6] } as const;
const NAMES = Object.keys(KINDS).flatMap((kind) => Object.keys(PLACES).map((place) => `${kind}: ${place}`));

describe('kinds of sources against GDAL', () => {
  const cases = new Map<string, CheckJob & { dump: string }>();
  const figures = new Map<string, Figures>();

  beforeAll(async () => {
    const sources: SourceJob[] = [];
    for (const [index, kind] of Object.values(KINDS).entries()) {
      const place = path.join(folder, `${index}.tif`);
      sources.push({ ...base, transform: [...base.transform], ...kind, path: place, seed: index });
    }
    makeSources(sources);
    for (const [index, source] of sources.entries()) {
      const kind = Object.keys(KINDS)[index];
      for (const [place, [w, s, e, n]] of Object.entries(PLACES)) {
        const [x, dx, , y, , dy] = source.transform;
        const across = dx * source.width;
        const down = -dy * source.height;
        const bounds = [x + w * across, y - down + s * down, x + e * across, y - down + n * down] as const;
        const boundary = stars(index * 17 + cases.size, bounds);
        const clip = path.join(folder, `clip-${cases.size}.tif`);
        await clipFile(source.path, boundary, clip);
        cases.set(`${kind}: ${place}`, { source: source.path, clip, boundary, dump: `${clip}.raw` });
      }
    }
    const jobs = [...cases.values()];
    checkClips(jobs).forEach((found, index) => figures.set([...cases.keys()][index] ?? '', found));
    dumpPixels(jobs.map(({ clip, dump }) => ({ path: clip, out: dump })));
  });

  it.each(NAMES)('%s', (name) => {
    expect(figures.get(name)?.inside).toBeGreaterThan(50);
    expect(figures.get(name)?.faults).toEqual([]);
  });

  it.each(
    Object.entries(KINDS)
      .filter(([, kind]) => kind.otherReader === undefined && !isBigEndian(kind))
      .flatMap(([name]) => Object.keys(PLACES).map((place) => `${name}: ${place}`)),
  )('read by geotiff.js as by GDAL: %s', async (name) => {
    const job = cases.get(name);
    const tiff = await fromArrayBuffer(new Uint8Array(readFileSync(job?.clip ?? '')).buffer);
    const found = await (await tiff.getImage()).readRasters({ interleave: true });
    const want = new Uint8Array(readFileSync(job?.dump ?? ''));
    const bytes = new Uint8Array(found.buffer, found.byteOffset, found.byteLength);
    expect(Buffer.compare(bytes, want)).toBe(0);
  });

  it('the order of bytes is kept', () => {
    for (const [name, { source, clip }] of cases) {
      const order = readFileSync(clip).subarray(0, 2).toString();
      expect(order, name).toBe(readFileSync(source).subarray(0, 2).toString());
    }
  });
});
