import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromArrayBuffer } from 'geotiff';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BLOB_SOURCE_ID } from '../../../cache/recipe.ts';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { MemoryBlob } from '../../../processors/blob.memory.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import { cogEngine } from '../../../processors/cog/engine.ts';
import { memoryReader } from '../../../processors/source/source.memory.ts';
import { ChunkedBytes } from '../../../processors/cog/tiff.bytes.ts';
import { openRaster } from '../../../processors/cog/raster.ts';
import { type Clip, clipBytes } from './clip.ts';
import { checkClips, gdal, makeSources } from './gdal.ts';
import { box, random, star, stars } from './polygons.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-verbatim-'));
afterAll(() => rmSync(folder, { recursive: true }));
let cog = new Uint8Array();
let plain = new Uint8Array();
let nan = new Uint8Array();

beforeAll(() => {
  const job = {
    width: 1000,
    height: 800,
    bands: 1,
    srs: 'EPSG:4326',
    transform: [10, 0.01, 0, 8, 0, -0.01] as [number, number, number, number, number, number],
    seed: 4,
    tile: 64,
  };
  const at = (name: string): string => path.join(folder, name);
  makeSources([
    {
      ...job,
      path: at('cog.tif'),
      driver: 'COG',
      type: 'Int16',
      nodata: -99,
      options: ['COMPRESS=DEFLATE', 'BLOCKSIZE=64', 'PREDICTOR=2', 'OVERVIEW_RESAMPLING=AVERAGE'],
    },
    {
      ...job,
      path: at('plain.tif'),
      driver: 'GTiff',
      type: 'Int16',
      nodata: -99,
      options: ['TILED=YES', 'BLOCKXSIZE=64', 'BLOCKYSIZE=64', 'COMPRESS=DEFLATE'],
      overviews: [2, 4, 8],
    },
    {
      ...job,
      path: at('nan.tif'),
      driver: 'COG',
      type: 'Float32',
      nodata: 'nan',
      options: ['COMPRESS=DEFLATE', 'BLOCKSIZE=64', 'PREDICTOR=3'],
    },
  ]);
  cog = new Uint8Array(readFileSync(at('cog.tif')));
  plain = new Uint8Array(readFileSync(at('plain.tif')));
  nan = new Uint8Array(readFileSync(at('nan.tif')));
});

/** All encoded tiles of a file's full resolution, null for sparse ones. */
async function tilesOf(bytes: Uint8Array): Promise<(Buffer | null)[]> {
  const reader = memoryReader(bytes);
  const { image } = await openRaster(reader);
  const [locations = []] = await image.index.locate([{ first: 0, count: image.tilesAcross * image.tilesDown }]);
  expect(new ChunkedBytes(reader).sizeBytes).toBe(bytes.length);
  return locations.map((location) =>
    location === null ? null : Buffer.from(bytes.subarray(location.offset, location.offset + location.length)),
  );
}

async function pixelsOf(bytes: Uint8Array): Promise<ArrayLike<number>> {
  const tiff = await fromArrayBuffer(new Uint8Array(bytes).buffer);
  const [band] = await (await tiff.getImage()).readRasters();
  if (band === undefined || typeof band === 'number') throw new Error('There is no band.');
  return band;
}

const all = box(9, -1, 21, 9);

describe('what is copied', () => {
  it.each(['a COG', 'a plain tiled GeoTIFF'])('the full extent of %s copies every tile', async (kind) => {
    const source = kind === 'a COG' ? cog : plain;
    const { recipe, file } = await clipBytes(source, all, { overviewResampling: 'average' });
    expect(recipe.report.counts).toMatchObject({ tilesReencoded: 0, tilesEmpty: 0 });
    expect(await tilesOf(file)).toEqual(await tilesOf(source));
  });

  it('interior tiles are byte for byte those of the source, and most of the file is copied', async () => {
    const boundary = [[star(random(1), 15, 4, 4.5, 40)]];
    const { recipe, file } = await clipBytes(cog, boundary);
    const source = new Set((await tilesOf(cog)).map((tile) => tile?.toString('latin1')));
    const same = (await tilesOf(file)).filter((tile) => tile !== null && source.has(tile.toString('latin1')));
    const copiedOverviews = (recipe.report.counts['tilesCopied'] ?? 0) - same.length;
    expect(same.length).toBeGreaterThan(20);
    expect(copiedOverviews).toBeGreaterThan(0);
    const copied = recipe.segments.filter(([id]) => id !== BLOB_SOURCE_ID);
    // Neighbouring tiles of a COG are one run, leaders and trailers with them.
    expect(copied.length).toBeLessThan((recipe.report.counts['tilesCopied'] ?? 0) / 2);
  });

  it('a COG whose leaders are wrong is copied without them', async () => {
    const reader = memoryReader(cog);
    const { image } = await openRaster(reader);
    // The first tile of a run: within a run, tiles that lie 8 bytes apart are taken to have leaders.
    const [[location] = []] = await image.index.locate([{ first: image.tilesAcross * 2 + 2, count: 1 }]);
    const lying = cog.slice();
    new DataView(lying.buffer).setUint32((location?.offset ?? 0) - 4, 1, true);
    const { file } = await clipBytes(lying, box(11, 1, 19, 7));
    expect(new TextDecoder('latin1').decode(file.subarray(0, 200))).not.toContain('BLOCK_LEADER');
    expect(await pixelsOf(file)).toEqual(await pixelsOf((await clipBytes(cog, box(11, 1, 19, 7))).file));
    writeFileSync(path.join(folder, 'lying.tif'), lying);
    writeFileSync(path.join(folder, 'lying clip.tif'), file);
    const job = {
      source: path.join(folder, 'cog.tif'),
      clip: path.join(folder, 'lying clip.tif'),
      boundary: box(11, 1, 19, 7),
    };
    expect(checkClips([job])[0]?.faults).toEqual([]);
  });
});

describe('clips of a partition', () => {
  /** Two boundaries that share a jagged line, along vertices that lie on pixel centres too. */
  function halves(seed: number): [MultiPolygonCoordinates, MultiPolygonCoordinates] {
    const next = random(seed);
    const line = Array.from({ length: 60 }, (_, index) => {
      const onCentre = index % 3 === 0;
      const x = onCentre ? 10 + (Math.floor(300 + next() * 400) + 0.5) * 0.01 : 13 + 4 * next();
      return [
        x,
        index === 0
          ? -1
          : index === 59
            ? 9
            : onCentre
              ? 8 - (Math.floor(800 - index * 13) + 0.5) * 0.01
              : index * 0.13 + next() * 0.3,
      ];
    });
    const west = [[9, 9], [9, -1], ...line];
    const east = [[21, -1], [21, 9], ...line.toReversed()];
    return [[[[...west, [9, 9]]]], [[[...east, [21, -1]]]]];
  }

  it.each([1, 2, 3, 4, 5])('share no pixel and lose none (line %d)', async (seed) => {
    const [west, east] = halves(seed);
    const whole = await clipBytes(cog, all);
    const parts = [await clipBytes(cog, west), await clipBytes(cog, east)];
    const count = (clip: Clip): number => clip.recipe.report.counts['pixelsInside'] ?? 0;
    expect(parts.reduce((sum, part) => sum + count(part), 0)).toBe(count(whole));
    const files = parts.map((part, index) => {
      const file = path.join(folder, `part ${seed} ${index}.tif`);
      writeFileSync(file, part.file);
      return file;
    });
    const merged = path.join(folder, `merged ${seed}.tif`);
    gdal('gdalwarp', '-q', '-te', '10', '0', '20', '8', '-ts', '1000', '800', ...files, merged);
    expect(await pixelsOf(readFileSync(merged))).toEqual(await pixelsOf(cog));
  });
});

describe('clips', () => {
  const boundary = stars(8, [11, 1, 19, 7]);

  it('are the same bytes every time', async () => {
    const first = await clipBytes(cog, boundary);
    const second = await clipBytes(cog, boundary);
    expect(second.recipe).toEqual(first.recipe);
    expect(Buffer.compare(second.file, first.file)).toBe(0);
    expect(createHash('sha256').update(first.blob).digest('hex')).toBe(first.recipe.sources[0]?.etag.slice(1, -1));
  });

  it('can be clipped again, with the same pixels', async () => {
    const once = await clipBytes(cog, boundary);
    const twice = await clipBytes(once.file, boundary);
    expect(await pixelsOf(twice.file)).toEqual(await pixelsOf(once.file));
  });

  it('are read by geotiff.js as by GDAL, empty tiles of NaN files too', async () => {
    for (const [name, source] of Object.entries({ cog, plain, nan })) {
      const { file } = await clipBytes(source, boundary);
      const clip = path.join(folder, `${name} clip.tif`);
      writeFileSync(clip, file);
      gdal('gdal_translate', '-q', '-of', 'ENVI', clip, path.join(folder, `${name}.raw`));
      const raw = readFileSync(path.join(folder, `${name}.raw`));
      const buffer = new Uint8Array(raw).buffer;
      expect(await pixelsOf(file)).toEqual(name === 'nan' ? new Float32Array(buffer) : new Int16Array(buffer));
    }
  });

  it('report progress that never falls, and stop when told to', async () => {
    const seen: number[] = [];
    const plan = (signal: AbortSignal) =>
      cogEngine.plan({
        source: memoryReader(cog),
        boundary: prepareBoundary(boundary, 'f'.repeat(64)),
        parameters: cogEngine.parameters({}),
        sink: new MemoryBlob(),
        onProgress: (fraction) => seen.push(fraction),
        signal,
      });
    await plan(new AbortController().signal);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    await expect(plan(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
