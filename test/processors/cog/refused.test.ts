import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cogEngine } from '../../../processors/cog/engine.ts';
import { TAG } from '../../../processors/cog/tiff.tags.ts';
import { clipBytes } from './clip.ts';
import { gdal, makeSources } from './gdal.ts';
import { box, stars } from './polygons.ts';
import { withTag } from './tiff.patch.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-refused-'));
afterAll(() => rmSync(folder, { recursive: true }));
const plain = path.join(folder, 'plain.tif');
const boundary = stars(3, [10, 2, 13, 5]);

beforeAll(() => {
  makeSources([
    {
      path: plain,
      driver: 'GTiff',
      options: ['TILED=YES', 'BLOCKXSIZE=128', 'BLOCKYSIZE=128', 'INTERLEAVE=PIXEL'],
      width: 400,
      height: 400,
      bands: 3,
      type: 'Byte',
      nodata: 0,
      srs: 'EPSG:4326',
      transform: [10, 0.01, 0, 5, 0, -0.01],
      seed: 1,
    },
  ]);
});

const tiled = ['-co', 'TILED=YES', '-co', 'BLOCKXSIZE=128', '-co', 'BLOCKYSIZE=128'];
const CASES: Record<string, [options: string[], detail: RegExp]> = {
  LZMA: [[...tiled, '-co', 'COMPRESS=LZMA'], /Compression 34925 \(LZMA\)/],
  strips: [['-co', 'TILED=NO'], /strips; it must be prepared/],
  'integers of 20 bits': [[...tiled, '-b', '1', '-ot', 'UInt32', '-co', 'NBITS=20'], /uint20/],
  'complex numbers': [[...tiled, '-b', '1', '-ot', 'CFloat32'], /SampleFormat 6/],
  'no georeference': [
    [...tiled, '-a_ullr', '0', '0', '400', '400', '-co', 'PROFILE=BASELINE'],
    /no georeference|no nodata/,
  ],
  'ground control points': [
    [...tiled, ...'-gcp 0 0 10 5 -gcp 100 0 11 5 -gcp 0 100 10 4'.split(' ')],
    /several tiepoints/,
  ],
};

describe('sources of kinds that are not supported yet are refused by name', () => {
  it.each(Object.entries(CASES))('%s', async (name, [options, detail]) => {
    const file = path.join(folder, `${name}.tif`);
    gdal('gdal_translate', '-q', ...options, plain, file);
    await expect(clipBytes(readFileSync(file), boundary)).rejects.toMatchObject({
      kind: 'unsupported-source',
      message: expect.stringMatching(detail),
    });
  });
});

it('a file without GeoKeys is refused', async () => {
  const patched = withTag(new Uint8Array(readFileSync(plain)), TAG.geoKeyDirectory, { count: 0 });
  await expect(clipBytes(patched, boundary)).rejects.toMatchObject({
    kind: 'unsupported-source',
    message: expect.stringContaining('does not say which coordinate reference system'),
  });
});

describe('boundaries that hold no pixel', () => {
  it.each([
    ['far away', box(100, 50, 101, 51)],
    ['between the centres of pixels', box(10.0061, 4.9901, 10.0139, 4.9939)],
    [
      'without area',
      [
        [
          [
            [11, 3],
            [12, 4],
            [11, 3],
            [11, 3],
          ],
        ],
      ],
    ],
  ])('%s', async (_name, polygons) => {
    await expect(clipBytes(readFileSync(plain), polygons)).rejects.toMatchObject({ kind: 'no-coverage', status: 422 });
  });
});

describe('options', () => {
  it('defaults', () =>
    expect(cogEngine.parameters({})).toMatchObject({ overviewResampling: null, nodata: null, empty: null }));
  it('a method', () =>
    expect(cogEngine.parameters({ overviewResampling: 'mode' })).toMatchObject({ overviewResampling: 'mode' }));
  it('an unknown name', () =>
    expect(() => cogEngine.parameters({ colour: 'red' })).toThrow(/no option "colour".*overviewResampling/));
  it('an unknown method', () => {
    expect(() => cogEngine.parameters({ overviewResampling: 'cubic' })).toThrow(/"cubic".*average, nearest, mode/);
  });
});
