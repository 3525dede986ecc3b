import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { deserialize } from 'flatgeobuf/lib/mjs/geojson.js';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { lakeWithIsland } from '../boundary/shapes.ts';
import { box, random } from '../cog/polygons.ts';
import { answer, serve, type TestServer } from '../source/server.ts';
import { clipBytes } from './clip.ts';
import { geometriesOf, headerOf, type Stored } from './decode.ts';
import { type GeometryType, geometryTypes, makeSource } from './sources.ts';

type Box = readonly [minX: number, minY: number, maxX: number, maxY: number];

const run = promisify(execFile);
const folder = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-npm-reader-'));
/** Files that the server has, by their paths. */
const served = new Map<string, Uint8Array>();
let server: TestServer;
beforeAll(async () => {
  // The reader tells of each step it takes.
  vi.spyOn(console, 'debug').mockReturnValue();
  server = await serve((request, response) => {
    const bytes = served.get(request.url ?? '') ?? new Uint8Array();
    // GDAL asks for the size first.
    if (request.method !== 'HEAD') answer(bytes, request, response);
    else response.writeHead(200, { 'content-length': bytes.length, 'accept-ranges': 'bytes' }).end();
  });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Writes a clip where GDAL finds it, and puts it on the server. */
function publish(name: string, clip: Uint8Array): { file: string; url: string } {
  const file = path.join(folder, `${name}.fgb`);
  writeFileSync(file, clip);
  served.set(`/${name}.fgb`, clip);
  return { file, url: new URL(`/${name}.fgb`, server.url).href };
}

const next = random(3);
const boxes = Array.from({ length: 6 }, (): Box => {
  const [x, y] = [next() * 9, next() * 9];
  return [x, y, x + next() * 3, y + next() * 3];
});
/** More features than the first request of a reader covers, which looks for the index in it. */
const jobs: [type: GeometryType, count: number][] = geometryTypes.map((type) => [
  type,
  type.endsWith('LineString') ? 4000 : 1200,
]);

describe.each(jobs)('a clip of %s features on a web server', (type, count) => {
  const source = readFileSync(makeSource(folder, `source-${type}`, { type, count, seed: 9 }));
  let clip: Uint8Array;
  let places: { file: string; url: string };
  beforeAll(async () => {
    ({ file: clip } = await clipBytes(source, lakeWithIsland(21)));
    places = publish(type, clip);
  });

  test('is found through its index by npm flatgeobuf', async () => {
    const boxesOfFeatures = geometriesOf(clip).map((geometry) => boxOf(geometry));
    for (const [minX, minY, maxX, maxY] of boxes) {
      const before = server.ranges.length;
      let found = 0;
      for await (const feature of deserialize(places.url, { rect: { minX, minY, maxX, maxY } })) {
        found += Number(feature !== null);
      }
      const meeting = boxesOfFeatures.filter(
        ([x0, y0, x1, y1]) => x0 <= maxX && x1 >= minX && y0 <= maxY && y1 >= minY,
      );
      expect(found).toBe(meeting.length);
      expect(server.ranges.slice(before).length).toBeGreaterThan(0);
      expect(server.ranges.slice(before)).not.toContain(undefined);
    }
  });

  test('is found by GDAL with -spat, over HTTP as in the file, with and without the index', async () => {
    const scan = path.join(folder, `scan-${type}.fgb`);
    await run('ogr2ogr', ['-f', 'FlatGeobuf', '-lco', 'SPATIAL_INDEX=NO', scan, places.file]);
    for (const spat of boxes.slice(0, 3)) {
      const froms = [places.file, scan, `/vsicurl/${places.url}`];
      const counts = await Promise.all(froms.map(async (from) => (await summaryOf(from, spat)).count));
      expect(counts).toEqual(counts.map(() => counts[1]));
    }
  });

  test('has the envelope and the count that GDAL finds in it without the index', async () => {
    const scan = path.join(folder, `all-${type}.fgb`);
    await run('ogr2ogr', ['-f', 'FlatGeobuf', '-lco', 'SPATIAL_INDEX=NO', scan, places.file]);
    const [header, { count: all, extent }] = [headerOf(clip), await summaryOf(scan)];
    expect(Number(header.featuresCount())).toBe(all);
    const envelope = [0, 1, 2, 3].map((index) => header.envelope(index) ?? Number.NaN);
    // GDAL prints six digits.
    expect(envelope.map((value) => value.toFixed(6))).toEqual(extent);
  });
});

const emptyClips: [type: GeometryType, mode: string][] = [
  ...geometryTypes.map((type): [GeometryType, string] => [type, 'clip']),
  ['LineString', 'intersects'],
  ['Polygon', 'within'],
];
test.each(emptyClips)(
  'a clip without %s features (%s) opens with the schema of the source, in GDAL and npm flatgeobuf',
  async (type, mode) => {
    const name = `empty-${type}-${mode}`;
    const from = makeSource(folder, `of-${name}`, { type, count: 30, seed: 4 });
    const { file: clip, recipe } = await clipBytes(readFileSync(from), box(40, 20, 50, 30), { mode });
    const { file, url } = publish(name, clip);
    const [mine, source] = [await summaryOf(file), await summaryOf(from)];
    expect(mine).toEqual({ ...source, count: 0, extent: [] });
    expect(await summaryOf(`/vsicurl/${url}`)).toEqual(mine);
    expect(headerOf(clip).envelopeLength()).toBe(0);
    expect(recipe.report.counts).toMatchObject({ source: 30, written: 0, outside: 30 });
    const features: unknown[] = [];
    for await (const feature of deserialize(clip)) features.push(feature);
    expect(features).toEqual([]);
    // What it holds can be written on.
    await run('ogr2ogr', ['-f', 'GPKG', path.join(folder, `${name}.gpkg`), file]);
  },
);

interface Summary {
  count: number;
  /** As GDAL prints it. */
  extent: string[];
  /** Type, CRS and columns. */
  schema: string;
}

async function summaryOf(from: string, spat: readonly number[] = []): Promise<Summary> {
  const filter = spat.length === 0 ? [] : ['-spat', ...spat.map(String)];
  const { stdout } = await run('ogrinfo', ['-ro', '-so', '-al', ...filter, from]);
  const [, schema = ''] = /Layer SRS WKT:\n([^]*)$/.exec(stdout) ?? [];
  const [, type = ''] = /Geometry: (.*)/.exec(stdout) ?? [];
  const [, extent = ''] = /Extent: (.*)/.exec(stdout) ?? [];
  return {
    count: Number(/Feature Count: (\d+)/.exec(stdout)?.[1]),
    extent: extent.match(/-?\d+\.\d+/g) ?? [],
    schema: `${type}\n${schema}`,
  };
}

function boxOf(geometry: Stored | null): Box {
  const xy = geometry === null ? [] : coordinatesOf(geometry);
  const [xs, ys] = [xy.filter((_, at) => at % 2 === 0), xy.filter((_, at) => at % 2 === 1)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

function coordinatesOf({ xy = [], parts = [] }: Stored): number[] {
  return [...xy, ...parts.flatMap(coordinatesOf)];
}
