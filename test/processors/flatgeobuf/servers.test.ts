import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
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
import { serverPool } from '../source/behaviours.ts';
import { hastyContext } from '../source/hasty.ts';
import { answer, type Behaviour } from '../source/server.ts';
import { clipBytes } from './clip.ts';
import { makeSource } from './sources.ts';

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
