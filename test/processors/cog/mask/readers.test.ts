import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromFile, type GeoTIFFImage } from 'geotiff';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineParameters } from '../../../../processors/engine.ts';
import { clipBytes, clipFile } from '../clip.ts';
import { checkClips, dumpPixels, gdal, makeSources } from '../gdal.ts';
import { box, random, star } from '../polygons.ts';
import { makeMaskedSources } from './gdal.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-readers-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => path.join(folder, name);
const boundary = [[star(random(7), 14, 2, 2.5, 30)]];
/** Holds whole tiles. */
const large = [[star(random(8), 15, 1, 5.5, 40)]];

beforeAll(() => {
  const layout = ['BLOCKSIZE=128', 'OVERVIEW_RESAMPLING=AVERAGE'];
  const plain = { driver: 'COG', width: 1024, height: 768, bands: 1, type: 'Byte', seed: 3 } as const;
  makeMaskedSources([
    { ...plain, path: at('deflate.tif'), options: ['COMPRESS=DEFLATE', ...layout] },
    { ...plain, path: at('jpeg.tif'), options: ['COMPRESS=JPEG', ...layout] },
    { ...plain, path: at('alpha.tif'), bands: 4, alpha: true, options: ['COMPRESS=DEFLATE', ...layout] },
  ]);
  const valued = {
    driver: 'COG' as const,
    width: 1024,
    height: 768,
    bands: 1,
    srs: 'EPSG:4326',
    seed: 5,
    transform: [10, 0.01, 0, 5, 0, -0.01] as [number, number, number, number, number, number],
  };
  makeSources([
    { ...valued, path: at('nodata.tif'), type: 'Int16', nodata: -99, options: ['COMPRESS=DEFLATE', ...layout] },
    { ...valued, path: at('nan.tif'), type: 'Float32', nodata: 'nan', options: ['COMPRESS=DEFLATE', ...layout] },
  ]);
});

async function read(image: GeoTIFFImage): Promise<ArrayLike<number>> {
  const values = await image.readRasters({ interleave: true });
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) throw new Error('Not used here.');
  return values;
}

/** How many values differ, or do not stand in both. */
function countDiffering(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let count = Math.abs(a.length - b.length);
  for (let index = 0; index < Math.min(a.length, b.length); index++) if (!Object.is(a[index], b[index])) count++;
  return count;
}

/** What GDAL reads, as the given type. */
function readWithGdal(file: string, type: 'u1' | 'i2' | 'f4'): ArrayLike<number> {
  dumpPixels([{ path: file, out: `${file}.raw` }]);
  const { buffer, byteOffset, byteLength } = Uint8Array.from(readFileSync(`${file}.raw`));
  if (type === 'u1') return new Uint8Array(buffer, byteOffset, byteLength);
  if (type === 'i2') return new Int16Array(buffer, byteOffset, byteLength / 2);
  return new Float32Array(buffer, byteOffset, byteLength / 4);
}

describe('geotiff.js reads what GDAL reads', () => {
  it.each<[name: string, source: string, type: 'u1' | 'i2' | 'f4', given: EngineParameters]>([
    ['a clip with a mask, tiles outside left out', 'deflate.tif', 'u1', {}],
    ['a clip with an alpha band, tiles outside left out', 'alpha.tif', 'u1', {}],
    ['a finite nodata value, tiles outside left out', 'nodata.tif', 'i2', {}],
    ['a finite nodata value, tiles outside written', 'nodata.tif', 'i2', { empty: 'full' }],
    ['nodata NaN', 'nan.tif', 'f4', {}],
    ['another nodata value than the file declares', 'nodata.tif', 'i2', { nodata: 7 }],
    ['nodata declared for a file that has none', 'deflate.tif', 'u1', { nodata: 255 }],
  ])('%s', async (name, source, type, given) => {
    const clip = at(`${name}.tif`);
    await clipFile(at(source), boundary, clip, given);
    const tiff = await fromFile(clip);
    expect(countDiffering(await read(await tiff.getImage()), readWithGdal(clip, type))).toBe(0);
    tiff.close();
  });

  it.each(['deflate.tif', 'jpeg.tif'])('the mask of %s, which stands second in the file', async (source) => {
    const clip = at(`masked ${source}`);
    await clipFile(at(source), boundary, clip);
    gdal('gdal_translate', '-q', '-b', 'mask', clip, `${clip}.mask.tif`);
    const tiff = await fromFile(clip);
    const mask = await tiff.getImage(1);
    expect(mask.fileDirectory.getValue('NewSubfileType')).toBe(4);
    const seen = Uint8Array.from(await read(mask), (value) => (value === 0 ? 0 : 255));
    expect(countDiffering(seen, readWithGdal(`${clip}.mask.tif`, 'u1'))).toBe(0);
    tiff.close();
  });
});

describe('nodata of the dataset', () => {
  it('replaces what the file declares: outside it stands, inside nothing changes', async () => {
    const { recipe } = await clipFile(at('nodata.tif'), large, at('other.tif'), { nodata: '-32768' });
    expect(recipe.report.counts['tilesCopied']).toBeGreaterThan(0);
    gdal('gdal_translate', '-q', '-a_nodata', '-32768', at('nodata.tif'), at('restated.tif'));
    expect(checkClips([{ source: at('restated.tif'), clip: at('other.tif'), boundary: large }])[0]?.faults).toEqual([]);
  });

  it('gives a file without one a nodata value in place of a mask', async () => {
    await clipFile(at('deflate.tif'), boundary, at('declared.tif'), { nodata: 255 });
    gdal('gdal_translate', '-q', '-a_nodata', '255', at('deflate.tif'), at('stated.tif'));
    expect(checkClips([{ source: at('stated.tif'), clip: at('declared.tif'), boundary }])[0]?.faults).toEqual([]);
  });

  it.each([
    ['NaN for integers', 'nodata.tif', 'nan'],
    ['a fraction for integers', 'nodata.tif', 0.5],
    ['a number beyond 16 bits', 'nodata.tif', 40000],
    ['a negative number for bytes', 'deflate.tif', -1],
    ['a number beyond a byte for a file that gets a mask', 'jpeg.tif', 256],
  ])('%s is refused', async (_name, source, nodata) => {
    await expect(clipBytes(readFileSync(at(source)), boundary, { nodata })).rejects.toMatchObject({
      kind: 'unsupported-option',
      message: expect.stringMatching(/nodata is .*cannot hold/),
    });
  });

  it.each([['many'], ['0x10'], [''], [true], ['1e']])('%j is no number', async (nodata) => {
    await expect(clipBytes(readFileSync(at('nodata.tif')), boundary, { nodata })).rejects.toThrow(/Option nodata/);
  });
});

it('a file in a codec that is only copied cannot have its empty tiles written', async () => {
  await expect(clipBytes(readFileSync(at('jpeg.tif')), boundary, { empty: 'full' })).rejects.toMatchObject({
    kind: 'unsupported-option',
  });
});

it('the full extent of a JPEG copies every tile, and the mask takes little', async () => {
  const source = readFileSync(at('jpeg.tif'));
  const { recipe, blob } = await clipBytes(source, box(9, -4, 21, 6), { overviewResampling: 'average' });
  expect(recipe.report.counts).toMatchObject({ tilesReencoded: 0, tilesEmpty: 0 });
  expect(blob.length).toBeLessThan(source.length / 10);
});
