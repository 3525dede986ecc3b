import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BLOB_SOURCE_ID, type Recipe } from '../../../../cache/recipe.ts';
import { streamRecipe } from '../../../../cache/recipe.stream.ts';
import { MemoryBlob } from '../../../../processors/blob.memory.ts';
import { prepareBoundary } from '../../../../processors/boundary/prepare.ts';
import { cogEngine } from '../../../../processors/cog/engine.ts';
import { sourceContext } from '../../../../processors/source/context.ts';
import { DEFAULT_SOURCE_LIMITS } from '../../../../processors/source/limits.ts';
import { openSource } from '../../../../processors/source/open.ts';
import { memoryReader } from '../../../../processors/source/source.memory.ts';
import { hastyClock } from '../../source/hasty.ts';
import { type Behaviour, type TestServer, answer, serve } from '../../source/server.ts';
import { clipBytes } from '../clip.ts';
import { makeSources } from '../gdal.ts';
import { serveInRounds } from './rounds.server.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-reads-'));
const servers: TestServer[] = [];
/** Eight-sided, so that it crosses many tiles and holds some. */
const OCTAGON: [number, number][] = [
  [14, 1],
  [20, 1],
  [26, 7],
  [26, 13],
  [20, 19],
  [14, 19],
  [8, 13],
  [8, 7],
];
const BOUNDARY = [[[...OCTAGON, [14, 1] as [number, number]]]];
const HEAD_BYTES = 64 * 1024;
/** Of the source's image and its overviews; the boundary's ring crosses each twice. */
const TILE_ROWS = 16 + 8 + 4 + 2 + 1;
let cog = new Uint8Array();

beforeAll(() => {
  const file = path.join(folder, 'cog.tif');
  makeSources([
    {
      path: file,
      driver: 'COG',
      options: ['COMPRESS=DEFLATE', 'BLOCKSIZE=128', 'PREDICTOR=2', 'OVERVIEW_RESAMPLING=AVERAGE'],
      width: 2400,
      height: 2000,
      bands: 1,
      type: 'Int16',
      nodata: -99,
      seed: 8,
      srs: 'EPSG:4326',
      transform: [5, 0.01, 0, 20, 0, -0.01],
    },
  ]);
  cog = new Uint8Array(readFileSync(file));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

function context(concurrency = DEFAULT_SOURCE_LIMITS.concurrency) {
  const limits = { ...DEFAULT_SOURCE_LIMITS, concurrency };
  return sourceContext({ schemes: ['http'], limits, clock: hastyClock() });
}

async function plan(
  url: string,
  concurrency?: number,
  signal?: AbortSignal,
): Promise<{ recipe: Recipe; blob: Uint8Array }> {
  const source = await openSource(url, context(concurrency), undefined, signal);
  const sink = new MemoryBlob();
  const boundary = prepareBoundary(BOUNDARY, 'f'.repeat(64));
  const given = { source, boundary, parameters: cogEngine.parameters({}), sink };
  const recipe = await cogEngine.plan(signal === undefined ? given : { ...given, signal });
  return { recipe, blob: sink.bytes() };
}

/** Behaves until a request for other than the beginning of the file comes. */
function afterHeader(later: Behaviour): Behaviour {
  return (request, response, count) => {
    if (count === 1) answer(cog, request, response);
    else later(request, response, count);
  };
}

async function started(behaviour: Behaviour): Promise<TestServer> {
  const server = await serve(behaviour);
  servers.push(server);
  return server;
}

describe('over a network, a clip', () => {
  it('is planned in three round trips and written in one, with few requests', async () => {
    expect(cog.length).toBeGreaterThan(20 * HEAD_BYTES);
    const server = await serveInRounds(cog);
    servers.push(server);
    const { recipe, blob } = await plan(server.url, 256);
    // The header with the index, and all tiles that are decoded.
    expect(server.rounds.length).toBeLessThanOrEqual(3);
    const planning = server.ranges.length;
    const decoded = recipe.report.counts['tilesReencoded'] ?? 0;
    expect(decoded).toBeGreaterThan(50);
    expect(planning).toBeLessThanOrEqual(2 * TILE_ROWS);
    const roundsBefore = server.rounds.length;
    const stream = streamRecipe(recipe, async ({ id, etag, bytes }) =>
      id === BLOB_SOURCE_ID ? memoryReader(blob) : openSource(server.url, context(256), { etag, bytes }),
    );
    const file = Buffer.from(await new Response(stream).arrayBuffer());
    expect(server.rounds.length - roundsBefore).toBe(1);
    expect(file.equals((await clipBytes(cog, BOUNDARY)).file)).toBe(true);
  });

  it.each([1, 3])('asks for no more than %i ranges at a time when told so', async (concurrency) => {
    let running = 0;
    let most = 0;
    const server = await started((request, response) => {
      running += 1;
      most = Math.max(most, running);
      setTimeout(() => {
        running -= 1;
        answer(cog, request, response);
      }, 5);
    });
    await plan(server.url, concurrency);
    expect(most).toBe(concurrency);
  });

  it('ends its requests when the caller gives up in the middle of planning', async () => {
    const abort = new AbortController();
    let gone = 0;
    const server = await started(
      afterHeader((_, response) => {
        response.on('close', () => (gone += 1));
        abort.abort(new Error('enough'));
      }),
    );
    await expect(plan(server.url, 4, abort.signal)).rejects.toThrow('enough');
    await expect.poll(() => server.ranges.length - 1 - gone).toBe(0);
    expect(gone).toBeGreaterThan(0);
    expect(gone).toBeLessThanOrEqual(4);
  });

  it.each<[string, Behaviour, string]>([
    ['a tile that is gone', (_, response) => response.writeHead(404).end(), 'source-missing'],
    ['a file that has changed', (_, response) => response.writeHead(412).end(), 'source-changed'],
    ['a server that stays broken', (_, response) => response.writeHead(500).end(), 'source-unavailable'],
  ])('fails with what is wrong, once, for %s among those read ahead', async (_, behaviour, kind) => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      // From the third request on, so that some of a group are right: a broken server may recover in between.
      const server = await started((request, response, count) =>
        count < 3 ? answer(cog, request, response) : behaviour(request, response, count),
      );
      await expect(plan(server.url, 4)).rejects.toMatchObject({ name: 'Problem', kind });
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  });
});
