import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromFile } from 'geotiff';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TAG } from '../../../processors/cog/tiff.tags.ts';
import { clipBytes, clipFile } from './clip.ts';
import { dumpPixels, gdal, makeSources, type SourceJob } from './gdal.ts';
import { checkMaskedClips } from './mask/gdal.ts';
import { stars } from './polygons.ts';
import { withTag } from './tiff.patch.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-nodata-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => path.join(folder, `${name}.tif`);
const boundary = stars(3, [10.3, 2.4, 12.8, 4.8]);

const LAYOUT = ['TILED=YES', 'BLOCKXSIZE=64', 'BLOCKYSIZE=64', 'COMPRESS=LZW'];
const job = (name: string, more: Partial<SourceJob>): SourceJob => ({
  path: at(name),
  driver: 'GTiff',
  options: LAYOUT,
  width: 320,
  height: 256,
  bands: 1,
  type: 'Byte',
  nodata: 0,
  srs: 'EPSG:4326',
  transform: [10, 0.01, 0, 5, 0, -0.01],
  seed: 1,
  overviews: [2, 4],
  overviewTile: 64,
  ...more,
});

beforeAll(() => {
  const typeOf = { half: ['Float32', 'NBITS=16'], single: ['Float32'], double: ['Float64'] } as const;
  makeSources([
    job('bytes', { holes: 0 }),
    job('undeclared', { nodata: null }),
    ...Object.entries(typeOf).map(([name, [type, ...more]]) =>
      job(name, { type, nodata: -99, options: [...LAYOUT, ...more] }),
    ),
  ]);
});

describe('a nodata value that no sample can be', () => {
  it.each([
    ['-1', 0x0000_312d],
    ['999', 0x0039_3939],
    ['nan', 0x006e_616e],
  ])('%s of bytes: the clip has a mask in its place, and says so', async (text, ascii) => {
    const source = withTag(new Uint8Array(readFileSync(at('bytes'))), TAG.gdalNodata, {
      count: text.length + 1,
      value: ascii,
    });
    const { file, recipe } = await clipBytes(source, boundary, { overviewResampling: 'average' });
    expect(recipe.report.notes).toEqual([
      `The file declares the nodata value "${text}", which its samples (uint8) cannot hold; the clip declares none.`,
    ]);
    // Judged against the same values without a declaration.
    writeFileSync(at('clip'), file);
    const [figures] = checkMaskedClips([{ source: at('undeclared'), clip: at('clip'), boundary }]);
    expect(figures).toMatchObject({ faults: [], flags: 2, nodata: null });
  });
});

describe('nodata values that JavaScript writes otherwise than GDAL', () => {
  const kinds = ['half', 'single', 'double'].flatMap((type) => ['inf', '-inf', 'nan'].map((text) => [type, text]));
  it.each(kinds)('%s floats, %s: geotiff.js reads what GDAL reads, at all levels', async (type = '', text = '') => {
    const [source, clip] = [at(`${type} ${text}`), at(`${type} ${text} clip`)];
    const tiling = [
      'TILED=YES',
      'BLOCKXSIZE=64',
      'BLOCKYSIZE=64',
      'COMPRESS=ZSTD',
      ...(type === 'half' ? ['NBITS=16'] : []),
    ];
    const options = tiling.flatMap((option) => ['-co', option]);
    gdal('gdal_translate', '-q', '-a_nodata', text, ...options, at(type), source);
    gdal('gdaladdo', '-q', '--config', 'GDAL_TIFF_OVR_BLOCKSIZE', '64', source, '2', '4');
    await clipFile(source, boundary, clip);
    const tiff = await fromFile(clip);
    const levels = await tiff.getImageCount();
    expect(levels).toBeGreaterThan(1);
    for (let index = 0; index < levels; index++) {
      const raw = `${clip}.raw`;
      const overview = at(`${type} ${text} ${index}`);
      gdal('gdal_translate', '-q', ...(index === 0 ? [] : ['-oo', `OVERVIEW_LEVEL=${index - 1}`]), clip, overview);
      dumpPixels([{ path: overview, out: raw }]);
      const { buffer } = Uint8Array.from(readFileSync(raw));
      const want = type === 'double' ? new Float64Array(buffer) : new Float32Array(buffer);
      const found = await (await tiff.getImage(index)).readRasters({ interleave: true });
      expect(Array.from(found), `level ${index}`).toEqual(Array.from(want));
    }
    tiff.close();
  });
});
