import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clipFile } from '../clip.ts';
import { stars } from '../polygons.ts';
import { checkMaskedClips, makeMaskedSources, type MaskedSource } from './gdal.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-mask-'));
afterAll(() => rmSync(folder, { recursive: true }));

const base = { driver: 'COG', width: 1024, height: 768, bands: 1, type: 'Byte' } as const;
const cog = (...more: string[]): string[] => [
  'BLOCKSIZE=128',
  'RESAMPLING=AVERAGE',
  'OVERVIEW_RESAMPLING=AVERAGE',
  ...more,
];
const tiled = (...more: string[]): string[] => ['TILED=YES', 'BLOCKXSIZE=128', 'BLOCKYSIZE=128', ...more];

type Kind = Partial<MaskedSource> & { options: readonly string[]; reencodes?: boolean; interleaved?: boolean };

/** Sources whose clips get a mask, each with the reason it is there. */
const KINDS: Record<string, Kind> = {
  'DEFLATE without nodata': { type: 'Int16', options: cog('COMPRESS=DEFLATE', 'PREDICTOR=2'), reencodes: true },
  'three bands without nodata': { bands: 3, options: cog('COMPRESS=DEFLATE'), reencodes: true },
  'JPEG, YCbCr with tables': { bands: 3, options: cog('COMPRESS=JPEG') },
  'JPEG, one band': { options: cog('COMPRESS=JPEG', 'QUALITY=90') },
  'JPEG with a mask': { bands: 3, mask: true, options: cog('COMPRESS=JPEG') },
  'WebP, lossy': { bands: 3, options: cog('COMPRESS=WEBP', 'QUALITY=60') },
  'LERC with nodata': { type: 'Float32', nodata: -99, options: cog('COMPRESS=LERC', 'MAX_Z_ERROR=0.01') },
  LERC_DEFLATE: { type: 'Float32', options: cog('COMPRESS=LERC_DEFLATE') },
  LERC_ZSTD: { type: 'Float32', options: cog('COMPRESS=LERC_ZSTD') },
  'DEFLATE with a mask': { bands: 3, mask: true, options: cog('COMPRESS=DEFLATE'), reencodes: true },
  'uncompressed without nodata': { options: cog('COMPRESS=NONE'), reencodes: true },
  'plain tiled GeoTIFF with a mask': {
    driver: 'GTiff',
    mask: true,
    options: tiled('COMPRESS=DEFLATE'),
    overviews: [2, 4],
    reencodes: true,
  },
  'plain tiled GeoTIFF in JPEG, without overviews': {
    driver: 'GTiff',
    bands: 3,
    options: tiled('COMPRESS=JPEG', 'PHOTOMETRIC=YCBCR'),
  },
  'bands stored apart': {
    driver: 'GTiff',
    bands: 3,
    options: tiled('COMPRESS=DEFLATE', 'INTERLEAVE=BAND'),
    overviews: [2, 4],
    reencodes: true,
    interleaved: false,
  },
  'WebP with alpha': { bands: 4, alpha: true, options: cog('COMPRESS=WEBP', 'WEBP_LOSSLESS=YES') },
  'sparse source without nodata': {
    driver: 'GTiff',
    hole: true,
    options: tiled('COMPRESS=DEFLATE', 'SPARSE_OK=TRUE'),
    overviews: [2, 4],
    reencodes: true,
  },
  BigTIFF: { options: cog('COMPRESS=DEFLATE', 'BIGTIFF=YES'), reencodes: true },
};

const PLACES = {
  middle: [12, -1.5, 18, 4],
  corner: [9, 1, 14, 6],
  small: [15, 0, 16.5, 1.5],
} as const;

function sourceOf({ reencodes: _reencodes, interleaved: _interleaved, ...kind }: Kind, index: number): MaskedSource {
  return { ...base, ...kind, path: path.join(folder, `${index}.tif`), seed: index };
}

describe('clips with a mask against GDAL', () => {
  const names: string[] = [];
  const counts: Record<string, number>[] = [];
  const notes: string[][] = [];
  let figures: ReturnType<typeof checkMaskedClips> = [];

  beforeAll(async () => {
    const sources = Object.values(KINDS).map(sourceOf);
    makeMaskedSources(sources);
    const jobs: Parameters<typeof checkMaskedClips>[0][number][] = [];
    for (const [index, source] of sources.entries()) {
      for (const [place, bounds] of Object.entries(PLACES)) {
        const boundary = stars(index * 7 + names.length, bounds);
        const clip = path.join(folder, `clip-${names.length}.tif`);
        const { recipe } = await clipFile(source.path, boundary, clip, { overviewResampling: 'average' });
        names.push(`${Object.keys(KINDS)[index]}: ${place}`);
        counts.push(recipe.report.counts);
        notes.push(recipe.report.notes);
        jobs.push({ source: source.path, clip, boundary });
      }
    }
    figures = checkMaskedClips(jobs);
  });

  const cases = Object.entries(KINDS).flatMap(
    ([kind, { reencodes = false, driver = 'COG', nodata = null, interleaved = true }]) =>
      Object.keys(PLACES).map((place) => ({ name: `${kind}: ${place}`, reencodes, driver, nodata, interleaved })),
  );

  it.each(cases)('$name', ({ name, reencodes, driver, nodata, interleaved }) => {
    const index = names.indexOf(name);
    const found = figures[index];
    expect(found?.faults).toEqual([]);
    expect(found?.shown.every((shown) => shown > 0)).toBe(true);
    expect(found).toMatchObject({ flags: 2, nodata, interleaved });
    // As GDAL's own COGs with a mask; tiles of other files have no leaders that could be copied.
    if (driver === 'COG') expect(found?.ghostBytes).toBe(174);
    // No pixel goes through a codec that might lose something.
    if (!reencodes) expect(counts[index]).toMatchObject({ tilesReencoded: 0 });
    expect(counts[index]?.['tilesCopied']).toBeGreaterThan(0);
    // A reader has to heed both.
    expect(notes[index]?.length).toBe(nodata === null ? 0 : 1);
  });
});
