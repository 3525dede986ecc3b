import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { pathToFileURL } from 'node:url';
import { deserialize } from 'flatgeobuf/lib/mjs/geojson.js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '../../../cache/problem.ts';
import { type Recipe, BLOB_SOURCE_ID } from '../../../cache/recipe.ts';
import { streamRecipe } from '../../../cache/recipe.stream.ts';
import { MemoryBlob } from '../../../processors/blob.memory.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import { flatgeobufEngine } from '../../../processors/flatgeobuf/engine.ts';
import { sourceContext } from '../../../processors/source/context.ts';
import { openSource } from '../../../processors/source/open.ts';
import { memoryReader } from '../../../processors/source/source.memory.ts';
import { lakeWithIsland } from '../boundary/shapes.ts';
import { random } from '../cog/polygons.ts';
import { serverPool } from '../source/behaviours.ts';
import { hastyContext } from '../source/hasty.ts';
import { answer, type Behaviour, serve, type TestServer } from '../source/server.ts';
import { clipBytes } from './clip.ts';
import { geometriesOf } from './decode.ts';
import { makeSource } from './sources.ts';

const run = promisify(execFile);
const folder = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-servers-'));
afterAll(() => rmSync(folder, { recursive: true }));
const servers = serverPool();
afterEach(servers.close);

const polygons = lakeWithIsland(21);
const boundary = prepareBoundary(polygons, 'f'.repeat(64));
/** So large that opening it does not read all of it. */
const file = makeSource(folder, 'lines', { type: 'LineString', count: 6000, seed: 9 });
const source = new Uint8Array(readFileSync(file));

interface Planned {
  recipe: Recipe;
  blob: Uint8Array;
}

/** Plans with impatient limits, so that a server that hangs is given up soon. */
async function planFrom(href: string): Promise<Planned> {
  const reader = await openSource(href, href.startsWith('file:') ? localContext : hastyContext());
  try {
    const sink = new MemoryBlob();
    const parameters = flatgeobufEngine.parameters({});
    const recipe = await flatgeobufEngine.plan({ source: reader, boundary, parameters, sink });
    return { recipe, blob: sink.bytes() };
  } finally {
    await reader.close();
  }
}
const localContext = sourceContext({ schemes: ['file'], fileRoots: [folder] });

async function streamed({ recipe, blob }: Planned, href: string): Promise<Uint8Array> {
  const parts = streamRecipe(recipe, async ({ id, etag, bytes }) =>
    id === BLOB_SOURCE_ID ? memoryReader(blob) : openSource(href, hastyContext(), { etag, bytes }),
  );
  const chunks: Uint8Array[] = [];
  for await (const chunk of parts) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const good: Behaviour = (request, response) => answer(source, request, response);
/** Asked for the same range again, it behaves. */
function failingOnce(): Behaviour {
  const seen = new Set<string>();
  return (request, response, count) => {
    const range = request.headers.range ?? '';
    if (seen.has(range)) return good(request, response, count);
    seen.add(range);
    response.writeHead(500).end();
  };
}

/** Behaves until opening is done, and for the first read after it. */
const later =
  (behaviour: Behaviour): Behaviour =>
  (request, response, count) =>
    (count <= 2 ? good : behaviour)(request, response, count);

describe('a clip from a server', () => {
  const recovering: [name: string, behaviour: Behaviour][] = [
    ['that behaves', good],
    ['that fails with 500 once for each range', failingOnce()],
    ['that is too busy at first', (q, r, count) => (count < 3 ? r.writeHead(503).end() : good(q, r, count))],
    ['that cuts bodies short', (q, r, count) => answer(source, q, r, count % 2 === 0 ? { breakAfter: 2000 } : {})],
    ['that knows no validators but the date', (q, r) => answer(source, q, r, { etag: null })],
  ];
  test.each(recovering)('%s has the bytes of one from a file', async (_, behaviour) => {
    const { url } = await servers.start(behaviour);
    const remote = await planFrom(url);
    const local = await planFrom(pathToFileURL(file).href);
    expect(Buffer.compare(remote.blob, local.blob)).toBe(0);
    expect(remote.recipe.segments).toEqual(local.recipe.segments);
    expect(Buffer.compare(await streamed(remote, url), (await clipBytes(source, polygons)).file)).toBe(0);
  });

  const failing: [name: string, behaviour: Behaviour, kind: string, message: RegExp][] = [
    [
      'that sends the whole file for a range',
      (_, r) => r.writeHead(200, { etag: '"v1"' }).end(source),
      'source-unavailable',
      /byte ranges/,
    ],
    [
      'that sends the whole file later',
      later((_, r) => r.writeHead(200, { etag: '"v1"' }).end(source)),
      'source-unavailable',
      /byte ranges/,
    ],
    [
      'that cuts every body short',
      later((q, r) => answer(source, q, r, { breakAfter: 0 })),
      'source-unavailable',
      /cannot be read/,
    ],
    [
      'whose file changes in between',
      later((q, r) => answer(source, q, r, { etag: '"v2"' })),
      'source-changed',
      /state|changed/,
    ],
    [
      'whose file changes while conditions are ignored',
      later((q, r) => answer(source, q, r, { etag: '"v2"', ignoreConditions: true })),
      'source-changed',
      /"v2", not "v1"/,
    ],
    [
      'whose file becomes shorter',
      later((q, r) => answer(source.subarray(0, 70_000), q, r)),
      'source-changed',
      /70000 bytes/,
    ],
    [
      'that says 416 to everything',
      (_, r) => r.writeHead(416, { 'content-range': 'bytes */0' }).end(),
      'invalid-source',
      /empty|0 bytes/,
    ],
    ['that fails with 500 for good', later((_, r) => r.writeHead(500).end()), 'source-unavailable', /500/],
    ['that never answers', later(() => undefined), 'source-unavailable', /no reply came within/],
    [
      'that stalls in a body',
      later((_, r) => void r.writeHead(206, { etag: '"v1"' }).flushHeaders()),
      'source-unavailable',
      /./,
    ],
    ['that has lost the file', later((_, r) => r.writeHead(404).end()), 'source-missing', /404/],
    [
      'that answers with a page',
      (q, r) => answer(Buffer.from('<html>'.repeat(100)), q, r),
      'invalid-source',
      /does not begin like a FlatGeobuf/,
    ],
  ];
  test.each(failing)('%s ends in a problem', async (_, behaviour, kind, message) => {
    const { url } = await servers.start(behaviour);
    const error: unknown = await planFrom(url).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ kind, message: expect.stringMatching(message) });
  });

  test('whose file changes between planning and streaming ends in a problem, not in a mixture', async () => {
    let etag = '"v1"';
    const { url } = await servers.start((q, r) => answer(source, q, r, { etag }));
    const planned = await planFrom(url);
    etag = '"v2"';
    await expect(streamed(planned, url)).rejects.toMatchObject({ kind: 'source-changed' });
  });
});

describe('a clip on a web server is found through its index', () => {
  const boxes: [number, number, number, number][] = [];
  const next = random(3);
  for (let index = 0; index < 8; index++) {
    const [x, y] = [next() * 9, next() * 9];
    boxes.push([x, y, x + next() * 3, y + next() * 3]);
  }
  const clip = path.join(folder, 'clip.fgb');
  let server: TestServer;
  let bytes: Uint8Array;
  beforeAll(async () => {
    bytes = (await clipBytes(source, polygons)).file;
    writeFileSync(clip, bytes);
    server = await serve((request, response) => {
      // GDAL asks for the size first.
      if (request.method !== 'HEAD') answer(bytes, request, response);
      else response.writeHead(200, { 'content-length': bytes.length, 'accept-ranges': 'bytes' }).end();
    });
  });
  afterAll(() => server.close());

  test.each(boxes)('from %f %f to %f %f, by npm flatgeobuf', async (minX, minY, maxX, maxY) => {
    const before = server.ranges.length;
    let found = 0;
    for await (const feature of deserialize(server.url, { rect: { minX, minY, maxX, maxY } }))
      found += Number(feature !== null);
    const meet = geometriesOf(bytes).filter((geometry) => {
      const xs = geometry?.xy?.filter((_, at) => at % 2 === 0) ?? [];
      const ys = geometry?.xy?.filter((_, at) => at % 2 === 1) ?? [];
      return Math.min(...xs) <= maxX && Math.max(...xs) >= minX && Math.min(...ys) <= maxY && Math.max(...ys) >= minY;
    });
    expect(found).toBe(meet.length);
    expect(server.ranges.length).toBeGreaterThan(before);
    expect(server.ranges.slice(before)).not.toContain(undefined);
  });

  test('by GDAL, over HTTP as in the file, with and without the index', async () => {
    const scan = path.join(folder, 'scan.fgb');
    await run('ogr2ogr', ['-f', 'FlatGeobuf', '-lco', 'SPATIAL_INDEX=NO', scan, clip]);
    const name = server.url.replace('data.bin', 'clip.fgb');
    for (const box of boxes.slice(0, 4)) {
      const counts = await Promise.all([clip, scan, `/vsicurl/${name}`].map((from) => countByGdal(from, box)));
      expect(new Set(counts).size).toBe(1);
      expect(counts[0]).toMatch(/^\d+$/);
    }
  });
});

async function countByGdal(from: string, box: readonly number[]): Promise<string | undefined> {
  const { stdout } = await run('ogrinfo', ['-ro', '-so', '-al', '-spat', ...box.map(String), from]);
  return /Feature Count: (\d+)/.exec(stdout)?.[1];
}
