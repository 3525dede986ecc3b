import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clipFile } from './clip.ts';
import { type CheckJob, checkClips, type Figures, makeSources, type SourceJob } from './gdal.ts';
import { stars } from './polygons.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-cog-'));
afterAll(() => rmSync(folder, { recursive: true }));

const base = {
  driver: 'COG',
  width: 700,
  height: 500,
  bands: 1,
  nodata: -99,
  srs: 'EPSG:4326',
  transform: [10, 0.01, 0, 5, 0, -0.01],
} as const;
const deflate = (...more: string[]): string[] => ['COMPRESS=DEFLATE', 'BLOCKSIZE=128', ...more];
const tiled = (...more: string[]): string[] => ['TILED=YES', 'BLOCKXSIZE=64', 'BLOCKYSIZE=128', ...more];

/** Kinds of sources, each with the reason it is there. */
const KINDS: Record<string, Omit<SourceJob, 'path' | 'seed' | keyof typeof base> & Partial<SourceJob>> = {
  'int16, deflate, predictor 2': { type: 'Int16', options: deflate('PREDICTOR=2') },
  'int16, deflate, no predictor': { type: 'Int16', options: deflate() },
  'byte, uncompressed': { type: 'Byte', nodata: 255, options: ['COMPRESS=NONE', 'BLOCKSIZE=128'] },
  'byte with palette': { type: 'Byte', nodata: 0, palette: true, options: deflate() },
  'uint16, nodata 0': { type: 'UInt16', nodata: 0, options: deflate('PREDICTOR=2') },
  'uint32, predictor 2': { type: 'UInt32', nodata: 4294967295, options: deflate('PREDICTOR=2') },
  'int32, predictor 2': { type: 'Int32', nodata: -2147483648, options: deflate('PREDICTOR=2') },
  'float32, predictor 3': { type: 'Float32', nodata: -3.4028234663852886e38, options: deflate('PREDICTOR=3') },
  'float32, predictor 2': { type: 'Float32', options: deflate('PREDICTOR=2') },
  'float32, nodata NaN': { type: 'Float32', nodata: 'nan', options: deflate('PREDICTOR=3') },
  'float64, predictor 3': { type: 'Float64', nodata: -1e300, options: deflate('PREDICTOR=3') },
  'float64, predictor 2': { type: 'Float64', options: deflate('PREDICTOR=2') },
  'three bands, int16, described': { type: 'Int16', bands: 3, described: true, options: deflate('PREDICTOR=2') },
  'five bands, float32, predictor 3': { type: 'Float32', bands: 5, options: deflate('PREDICTOR=3') },
  'two bands, byte, uncompressed': { type: 'Byte', bands: 2, nodata: 0, options: ['COMPRESS=NONE', 'BLOCKSIZE=128'] },
  'plain tiled GeoTIFF, oblong tiles, no overviews': {
    driver: 'GTiff',
    type: 'Int16',
    options: tiled('COMPRESS=DEFLATE', 'PREDICTOR=2'),
  },
  'plain tiled GeoTIFF, uncompressed, overviews added': {
    driver: 'GTiff',
    type: 'Int16',
    options: tiled(),
    overviews: [2, 4, 8],
    overviewTile: 64,
  },
  'plain tiled GeoTIFF, bands interleaved by pixel': {
    driver: 'GTiff',
    type: 'Byte',
    bands: 3,
    nodata: 7,
    options: tiled('COMPRESS=DEFLATE', 'INTERLEAVE=PIXEL'),
    overviews: [2, 4],
  },
  'overviews in tiles of another size': {
    driver: 'GTiff',
    type: 'Int16',
    options: tiled('COMPRESS=DEFLATE'),
    overviews: [2, 4, 8],
    overviewTile: 128,
  },
  'overviews by odd factors': { driver: 'GTiff', type: 'Int16', options: tiled('COMPRESS=DEFLATE'), overviews: [3, 9] },
  'wholly sparse source': {
    driver: 'GTiff',
    type: 'Int16',
    holes: 1,
    options: tiled('COMPRESS=DEFLATE', 'SPARSE_OK=TRUE'),
  },
  BigTIFF: { type: 'Int16', options: deflate('BIGTIFF=YES') },
  'pixel is point': { type: 'Int16', options: deflate(), metadata: { AREA_OR_POINT: 'Point' } },
  'tile of 512 larger than a quarter': { type: 'Int16', options: ['COMPRESS=DEFLATE', 'BLOCKSIZE=512'] },
  'sizes that are no multiples': { type: 'Int16', width: 701, height: 499, options: deflate('PREDICTOR=2') },
  'smaller than a tile': { type: 'Int16', width: 90, height: 70, options: deflate() },
};

/** Parts of the extent, as shares of it. */
const PLACES = {
  middle: [0.2, 0.2, 0.8, 0.8],
  corner: [-0.2, -0.2, 0.4, 0.5],
  'all over': [-0.1, -0.1, 1.1, 1.1],
} as const;

describe('cog engine against GDAL', () => {
  const cases: { name: string; job: CheckJob }[] = [];
  let figures: Figures[] = [];

  beforeAll(async () => {
    const sources: SourceJob[] = [];
    for (const [index, kind] of Object.values(KINDS).entries()) {
      const file = path.join(folder, `${index}.tif`);
      sources.push({ ...base, transform: [...base.transform], ...kind, path: file, seed: index });
    }
    makeSources(sources);
    for (const [index, source] of sources.entries()) {
      const kind = Object.keys(KINDS)[index] ?? '';
      for (const [place, [w, s, e, n]] of Object.entries(PLACES)) {
        const [x, dx, , y, , dy] = source.transform;
        const across = dx * source.width;
        const down = -dy * source.height;
        const bounds = [x + w * across, y - down + s * down, x + e * across, y - down + n * down] as const;
        const boundary = stars(index * 31 + cases.length, bounds);
        const clip = path.join(folder, `clip-${cases.length}.tif`);
        await clipFile(source.path, boundary, clip);
        cases.push({ name: `${kind}: ${place}`, job: { source: source.path, clip, boundary } });
      }
    }
    figures = checkClips(cases.map(({ job }) => job));
  });

  it.each(Object.keys(KINDS).flatMap((kind) => Object.keys(PLACES).map((place) => `${kind}: ${place}`)))(
    '%s',
    (name) => {
      const found = figures[cases.findIndex((candidate) => candidate.name === name)];
      expect(found?.inside).toBeGreaterThan(50);
      expect(found?.faults).toEqual([]);
    },
  );
});
