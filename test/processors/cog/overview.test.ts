import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { clipFile } from './clip.ts';
import { checkClips, makeSources, type SourceJob } from './gdal.ts';
import { stars } from './polygons.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-overview-'));
afterAll(() => rmSync(folder, { recursive: true }));

const boundary = stars(5, [11, 1, 18, 8]);
const source = (name: string, more: Partial<SourceJob>): SourceJob => ({
  path: path.join(folder, `${name}.tif`),
  driver: 'GTiff',
  options: ['TILED=YES', 'BLOCKXSIZE=64', 'BLOCKYSIZE=64', 'COMPRESS=DEFLATE'],
  width: 1024,
  height: 1024,
  bands: 1,
  type: 'Int16',
  nodata: -99,
  srs: 'EPSG:4326',
  transform: [10, 0.01, 0, 10, 0, -0.01],
  seed: 9,
  overviews: [2, 4, 8, 16],
  overviewTile: 64,
  ...more,
});

describe('overviews equal those that GDAL builds from the clip', () => {
  const kinds: Record<string, { more: Partial<SourceJob>; method: string }> = {
    'average, int16': { more: {}, method: 'average' },
    'average, negative values meet nodata 0': { more: { nodata: 0, type: 'Int16' }, method: 'average' },
    'average, float32': { more: { type: 'Float32' }, method: 'average' },
    'average, three bands of bytes': {
      more: {
        type: 'Byte',
        bands: 3,
        nodata: 0,
        options: ['TILED=YES', 'BLOCKXSIZE=64', 'BLOCKYSIZE=64', 'INTERLEAVE=PIXEL'],
      },
      method: 'average',
    },
    'nearest, int16': { more: { resampling: 'NEAREST' }, method: 'nearest' },
    'mode, byte': { more: { type: 'Byte', nodata: 255, resampling: 'MODE' }, method: 'mode' },
    'average, no holes': { more: { holes: 0 }, method: 'average' },
  };
  it.each(Object.entries(kinds))('%s', async (name, { more, method }) => {
    const job = source(name, more);
    const clip = path.join(folder, `${name} clip.tif`);
    makeSources([job]);
    await clipFile(job.path, boundary, clip, { overviewResampling: method });
    const [figures] = checkClips([{ source: job.path, clip, boundary, overviewsLike: method.toUpperCase() }]);
    expect(figures).toEqual({ inside: figures?.inside, overviews: 4, faults: [] });
  });
});

describe('overviews hold no value from outside, however the source made them', () => {
  const cases = ['AVERAGE', 'NEAREST', 'MODE', 'BILINEAR', 'CUBIC', 'CUBICSPLINE', 'LANCZOS'].map((resampling) => ({
    resampling,
    metadata: { OVR_RESAMPLING_ALG: resampling },
  }));
  const silent = ['AVERAGE', 'CUBIC'].map((resampling) => ({ resampling, metadata: {} }));
  it.each([...cases, ...silent])('$resampling, $metadata', async ({ resampling, metadata }) => {
    for (const [index, size] of [1024, 1001].entries()) {
      const job = source(`leak ${resampling} ${index} ${Object.keys(metadata).length}`, {
        resampling,
        metadata,
        burnInside: boundary,
        holes: 0,
        width: size,
        height: size,
      });
      const clip = path.join(folder, `clip ${resampling} ${index} ${Object.keys(metadata).length}.tif`);
      makeSources([job]);
      await clipFile(job.path, boundary, clip);
      const [figures] = checkClips([{ source: job.path, clip, boundary, onlyValue: 100 }]);
      expect(figures?.faults).toEqual([]);
    }
  });
});
