import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecipeReport } from '../../cache/recipe.ts';
import { parseRecipe } from '../../cache/recipe.parse.ts';
import { recipeKey } from '../../cache/keys.ts';
import { PYTHON, COG_VALIDATOR, run } from './run.ts';
import { root, startSystem, type System } from './system.ts';

const COUNTRIES = ['gmb', 'fra', 'fji', 'lso', 'zaf'];
const RASTERS = [
  { dataset: 'etopo_relief', version: '1988', source: 'data/rasters/etopo5_relief_15min.tif' },
  { dataset: 'admin1_zones', version: '4.1.0', source: 'data/rasters/admin1_zones_45s.tif' },
];
const VECTORS = [
  { dataset: 'ne_rivers', version: '3.0.0', source: 'data/vectors/rivers.fgb' },
  { dataset: 'ne_populated_places', version: '2.0.0', source: 'data/vectors/populated_places.fgb' },
];
const IDENTITY = { 'accept-encoding': 'identity' };

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

const clipPath = (boundary: string, { dataset, version }: { dataset: string; version: string }, extension: string) =>
  `/packages/${boundary}/${dataset}/${version}/${dataset}-${version}-${boundary}.${extension}`;

/** Downloads a clip twice and holds what every clip's answers must be; gives the file's path. */
async function download(urlPath: string): Promise<string> {
  const first = await fetch(system.url + urlPath, { headers: IDENTITY });
  const body = new Uint8Array(await first.arrayBuffer());
  expect(first.status, new TextDecoder().decode(body.subarray(0, 500))).toBe(200);
  expect(first.headers.get('cache-status')).toContain('fwd=miss');
  expect(Number(first.headers.get('content-length'))).toBe(body.length);
  const second = await fetch(system.url + urlPath, { headers: IDENTITY });
  expect(second.status).toBe(200);
  expect(second.headers.get('cache-status')).toContain('hit');
  expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
  expect(Buffer.compare(Buffer.from(await second.arrayBuffer()), body)).toBe(0);
  const file = path.join(system.folder, path.basename(urlPath));
  await writeFile(file, body);
  return file;
}

/** The boundary as the service publishes it: the geometry that clips are cut to. */
async function boundaryFile(id: string): Promise<string> {
  const file = path.join(system.folder, `${id}.geojson`);
  const response = await fetch(`${system.url}/boundaries/${id}`, { headers: IDENTITY });
  expect(response.status).toBe(200);
  await writeFile(file, await response.text());
  return file;
}

async function report(urlPath: string): Promise<RecipeReport> {
  const pointer = await system.store.get(`current${urlPath.slice('/packages'.length)}`);
  const { fingerprint } = z.looseObject({ fingerprint: z.string() }).parse(await new Response(pointer?.body).json());
  const recipe = await system.store.get(recipeKey(fingerprint));
  return parseRecipe(await new Response(recipe?.body).text()).report;
}

describe.each(COUNTRIES)('clips of %s', (country) => {
  test.each(RASTERS)('$dataset equals the source inside, is nodata outside and is a valid COG', async (dataset) => {
    const clip = await download(clipPath(country, dataset, 'tif'));
    const args = [path.join(root, dataset.source), clip, await boundaryFile(country)];
    const judged = JSON.parse(await run(PYTHON, [path.join(root, 'test/oracle/raster_clip.py'), ...args]));
    expect(judged.inside).toBeGreaterThan(0);
    expect(judged).toMatchObject({ differing: 0, leaked: 0, missing: 0 });
    expect(await run(PYTHON, [COG_VALIDATOR, '--full-check=yes', clip])).toContain(
      'is a valid cloud optimized GeoTIFF',
    );
  });

  test.each(VECTORS)('$dataset equals what ogr2ogr -clipsrc gives', async (dataset) => {
    const clip = await download(clipPath(country, dataset, 'fgb'));
    const boundary = await boundaryFile(country);
    const reference = path.join(system.folder, `reference-${path.basename(clip)}`);
    const source = path.join(root, dataset.source);
    await run('ogr2ogr', ['-nlt', 'PROMOTE_TO_MULTI', '-clipsrc', boundary, reference, source]);
    const judge = path.join(root, 'test/oracle/vector_clip.py');
    const judged = JSON.parse(await run(PYTHON, [judge, clip, reference, boundary]));
    expect(judged).toMatchObject({ only_clip: 0, only_reference: 0 });
    expect(judged.worst).toBeLessThan(1e-9);
  });
});

test('South Africa copies at least 40 % of the tiles of the finely tiled raster as they are', async () => {
  const urlPath = clipPath('zaf', { dataset: 'admin1_zones', version: '4.1.0' }, 'tif');
  await (await fetch(system.url + urlPath)).arrayBuffer();
  const { counts } = await report(urlPath);
  const { tilesCopied = 0, tilesReencoded = 0 } = counts;
  expect(tilesCopied / (tilesCopied + tilesReencoded), JSON.stringify(counts)).toBeGreaterThanOrEqual(0.4);
});

describe('readers work straight on the URL', () => {
  const quiet = { GDAL_DISABLE_READDIR_ON_OPEN: 'EMPTY_DIR', CPL_VSIL_CURL_USE_HEAD: 'YES' };

  test('gdalinfo /vsicurl/ reads a raster clip that was never made before', async () => {
    const url = system.url + clipPath('che', { dataset: 'admin1_zones', version: '4.1.0' }, 'tif');
    const info = JSON.parse(await run('gdalinfo', ['-json', '-checksum', `/vsicurl/${url}`], quiet));
    expect(info.metadata.IMAGE_STRUCTURE.LAYOUT).toBe('COG');
    expect(info.bands[0].checksum).toBeGreaterThan(0);
  });

  test('ogrinfo /vsicurl/ reads a vector clip with a spatial filter', async () => {
    const url = system.url + clipPath('fra', { dataset: 'ne_populated_places', version: '2.0.0' }, 'fgb');
    const info = await run('ogrinfo', ['-al', '-so', '-spat', '2', '48', '3', '49', `/vsicurl/${url}`], quiet);
    expect(Number(/Feature Count: (\d+)/.exec(info)?.[1])).toBeGreaterThan(0);
  });
});

describe('byte ranges of a clip', () => {
  const urlPath = clipPath('bra', { dataset: 'admin1_zones', version: '4.1.0' }, 'tif');

  test('are the bytes of the whole file, before and after it is stored', async () => {
    const early = await fetch(system.url + urlPath, { headers: { range: 'bytes=100-70000' } });
    expect(early.status).toBe(206);
    const earlyBytes = Buffer.from(await early.arrayBuffer());
    const whole = Buffer.from(await (await fetch(system.url + urlPath, { headers: IDENTITY })).arrayBuffer());
    expect(earlyBytes.equals(whole.subarray(100, 70_001))).toBe(true);
    const suffix = await fetch(system.url + urlPath, { headers: { range: 'bytes=-5000' } });
    expect(suffix.headers.get('etag')).toBe(early.headers.get('etag'));
    expect(Buffer.from(await suffix.arrayBuffer()).equals(whole.subarray(-5000))).toBe(true);
  });
});

test('the package says bytes and SHA-256 of a clip once it is stored, and invents none before', async () => {
  const file = clipPath('ken', VECTORS[0] ?? { dataset: '', version: '' }, 'fgb');
  const resources = async () => {
    const response = await fetch(`${system.url}/packages/ken/datapackage.json`, { headers: IDENTITY });
    const list = z
      .looseObject({ resources: z.array(z.looseObject({ path: z.string() })) })
      .parse(await response.json());
    return list.resources.find(({ path: resourcePath }) => file.endsWith(resourcePath));
  };
  expect(await resources()).toMatchObject({ path: expect.any(String) });
  expect(await resources()).not.toHaveProperty('hash');
  const body = await (await fetch(system.url + file, { headers: IDENTITY })).arrayBuffer();
  await expect.poll(resources, { timeout: 30_000, interval: 300 }).toHaveProperty('hash');
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', body)).toString('hex');
  expect(await resources()).toMatchObject({ hash: `sha256:${digest}`, bytes: body.byteLength });
});
