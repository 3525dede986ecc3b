import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gdal, makeSources, type SourceJob } from './gdal.ts';
import { findPlaces } from './fuzz.tiff.ts';
import type { FuzzSource } from './fuzz.mutate.ts';

const BASE: Omit<SourceJob, 'path' | 'type' | 'options'> = {
  driver: 'COG',
  width: 300,
  height: 260,
  bands: 1,
  nodata: -99,
  srs: 'EPSG:4326',
  transform: [10, 0.0133, 0, 5, 0, -0.0133],
  seed: 1,
};
const TILED = ['TILED=YES', 'BLOCKXSIZE=64', 'BLOCKYSIZE=64'];

const MADE: Record<string, Omit<SourceJob, 'path'>> = {
  'int16, predictor 2, COG': {
    ...BASE,
    type: 'Int16',
    options: ['COMPRESS=DEFLATE', 'BLOCKSIZE=128', 'PREDICTOR=2', 'OVERVIEW_COUNT=2'],
    described: true,
  },
  'float32, predictor 3, NaN, COG': {
    ...BASE,
    type: 'Float32',
    nodata: 'nan',
    options: ['COMPRESS=DEFLATE', 'BLOCKSIZE=128', 'PREDICTOR=3'],
  },
  'int32, BigTIFF, COG': {
    ...BASE,
    type: 'Int32',
    options: ['COMPRESS=DEFLATE', 'BLOCKSIZE=128', 'BIGTIFF=YES', 'OVERVIEW_COUNT=1'],
  },
  'three bands of bytes, not compressed': {
    ...BASE,
    driver: 'GTiff',
    type: 'Byte',
    bands: 3,
    nodata: 0,
    options: [...TILED, 'INTERLEAVE=PIXEL'],
    overviews: [2, 4],
    overviewTile: 64,
  },
  'palette, no overviews': {
    ...BASE,
    driver: 'GTiff',
    type: 'Byte',
    nodata: 255,
    palette: true,
    options: [...TILED, 'COMPRESS=DEFLATE'],
  },
  'uint16 in metres of a UTM zone': {
    ...BASE,
    type: 'UInt16',
    nodata: 7,
    srs: 'EPSG:32632',
    transform: [600_000, 1400, 0, 560_000, 0, -1400],
    options: ['COMPRESS=DEFLATE', 'BLOCKSIZE=128', 'OVERVIEW_COUNT=1'],
  },
};

/** Kinds that GDAL makes out of the first or of the one with three bands. */
const TRANSLATED: Record<string, [from: keyof typeof MADE, options: string[]]> = {
  LZW: ['int16, predictor 2, COG', ['COMPRESS=LZW', 'PREDICTOR=2']],
  PackBits: ['int16, predictor 2, COG', ['COMPRESS=PACKBITS']],
  ZSTD: ['int16, predictor 2, COG', ['COMPRESS=ZSTD', 'PREDICTOR=2']],
  LERC: ['float32, predictor 3, NaN, COG', ['COMPRESS=LERC_DEFLATE']],
  'JPEG of YCbCr': ['three bands of bytes, not compressed', ['COMPRESS=JPEG', 'PHOTOMETRIC=YCBCR']],
  WebP: ['three bands of bytes, not compressed', ['COMPRESS=WEBP', 'INTERLEAVE=PIXEL']],
  'big-endian': ['int16, predictor 2, COG', ['COMPRESS=DEFLATE', 'PREDICTOR=2', 'ENDIANNESS=BIG']],
  'bands stored apart': ['three bands of bytes, not compressed', ['COMPRESS=DEFLATE', 'INTERLEAVE=BAND']],
  'no nodata': ['int16, predictor 2, COG', ['COMPRESS=DEFLATE']],
};

const fileName = (name: string): string => `${name.replace(/\W+/g, '.')}.tif`;

/** Makes the sound files that the fuzz damages. */
export function makeFuzzSources(folder: string): void {
  const jobs = Object.entries(MADE).map(([name, job]) =>
    Object.assign({ path: path.join(folder, fileName(name)) }, job),
  );
  makeSources(jobs);
  for (const [name, [from, options]] of Object.entries(TRANSLATED)) {
    const creation = [...TILED, ...options].flatMap((option) => ['-co', option]);
    const nodata = name === 'no nodata' || name === 'WebP' || name.startsWith('JPEG') ? ['-a_nodata', 'none'] : [];
    const [source, out] = [path.join(folder, fileName(from)), path.join(folder, fileName(name))];
    gdal('gdal_translate', '-q', ...nodata, ...creation, source, out);
  }
}

/** The files of {@link makeFuzzSources}, always in the same order. */
export function loadFuzzSources(folder: string): FuzzSource[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.tif'))
    .toSorted()
    .map((name) => {
      const bytes = new Uint8Array(readFileSync(path.join(folder, name)));
      return { name, bytes, places: findPlaces(bytes) };
    });
}
