import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { BLOB_SOURCE_ID } from '../../../cache/recipe.ts';
import { streamRecipe } from '../../../cache/recipe.stream.ts';
import { MemoryBlob } from '../../../processors/blob.memory.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import { flatgeobufEngine } from '../../../processors/flatgeobuf/engine.ts';
import { DEFAULT_SOURCE_LIMITS } from '../../../processors/source/limits.ts';
import { openSource } from '../../../processors/source/open.ts';
import { memoryReader } from '../../../processors/source/source.memory.ts';
import type { Boundary } from '../../../scripts/bench/vector.inputs.ts';
import { clipWithOgr } from '../../../scripts/bench/vector.peers.ts';
import { lakeWithIsland } from '../boundary/shapes.ts';
import { serverPool } from '../source/behaviours.ts';
import { hastyContext } from '../source/hasty.ts';
import { answer, type Behaviour } from '../source/server.ts';
import { clipBytes } from './clip.ts';
import { makeSource } from './sources.ts';

// Numbers are those of the list of twenty known pitfalls that the engine was built against.

const folder = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-pitfalls-'));
afterAll(() => rmSync(folder, { recursive: true }));
const servers = serverPool();
afterEach(servers.close);

const polygons = lakeWithIsland(21);
/** Large enough for reads at many places. */
const source = new Uint8Array(readFileSync(makeSource(folder, 'lines', { type: 'LineString', count: 9000, seed: 9 })));
/** As few as a Worker may have. */
const CONNECTIONS_MAX = 6;
const context = hastyContext({
  limits: { ...DEFAULT_SOURCE_LIMITS, headTimeoutMs: 5000, stallTimeoutMs: 5000, concurrency: CONNECTIONS_MAX },
});

/** Plans a clip of what a server has and puts it together from there. */
async function clipFrom(url: string): Promise<Uint8Array> {
  const reader = await openSource(url, context);
  const sink = new MemoryBlob();
  const boundary = prepareBoundary(polygons, 'f'.repeat(64));
  try {
    const parameters = flatgeobufEngine.parameters({});
    const recipe = await flatgeobufEngine.plan({ source: reader, boundary, parameters, sink });
    const open = async (id: number): Promise<typeof reader> =>
      id === BLOB_SOURCE_ID ? memoryReader(sink.bytes()) : reader;
    const chunks: Uint8Array[] = [];
    for await (const chunk of streamRecipe(recipe, ({ id }) => open(id))) chunks.push(chunk);
    return Buffer.concat(chunks);
  } finally {
    await reader.close();
  }
}

describe('pitfalls 11 and 13, reads from a server:', () => {
  test('each but the first asks for the state that was opened, by its ETag', async () => {
    const conditions: (string | undefined)[] = [];
    const { url } = await servers.start((request, response) => {
      conditions.push(request.headers['if-match']);
      answer(source, request, response);
    });
    expect(Buffer.compare(await clipFrom(url), (await clipBytes(source, polygons)).file)).toBe(0);
    expect(conditions.length).toBeGreaterThan(5);
    expect(new Set(conditions.slice(1))).toEqual(new Set(['"v1"']));
  });

  test('each asks for one range, and no more than are allowed are under way', async () => {
    let [underWay, most] = [0, 0];
    const { url, ranges } = await servers.start((request, response) => {
      most = Math.max(most, ++underWay);
      response.on('close', () => underWay--);
      setTimeout(() => answer(source, request, response), 5);
    });
    await clipFrom(url);
    expect(ranges.filter((range) => !/^bytes=\d+-\d+$/.test(range ?? ''))).toEqual([]);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(CONNECTIONS_MAX);
  });
});

describe('pitfall 12, a server that sends the whole file for a range:', () => {
  const times: [name: string, isWhole: (count: number) => boolean][] = [
    ['from the start', () => true],
    ['later', (count) => count > 2],
  ];
  test.each(times)('the reply is given up, %s', async (_, isWhole) => {
    const MIB = 1024 * 1024;
    let [sentBytes, isGivenUp] = [0, false];
    const sendAll: Behaviour = (_request, response) => {
      response.writeHead(200, { etag: '"v1"', 'content-length': 1024 * MIB });
      const more = (): void => {
        while (!response.destroyed && response.write(new Uint8Array(MIB))) sentBytes += MIB;
        sentBytes += MIB;
      };
      response.on('drain', more);
      response.on('close', () => (isGivenUp = true));
      more();
    };
    const { url } = await servers.start((request, response, count) =>
      isWhole(count) ? sendAll(request, response, count) : answer(source, request, response),
    );
    await expect(clipFrom(url)).rejects.toMatchObject({
      kind: 'source-unavailable',
      message: expect.stringMatching(/byte ranges/),
    });
    await expect.poll(() => isGivenUp).toBe(true);
    expect(sentBytes).toBeLessThan(64 * MIB);
  });
});

describe('pitfall 20, what ogr2ogr is compared by:', () => {
  test('it writes the same: an indexed FlatGeobuf of Multi features, since it stops at the first other one', () => {
    const boundary: Boundary = { geojson: 'boundary.geojson', prepared: '', envelope: [0, 0, 1, 1], vertices: 5 };
    const [command, ...options] = clipWithOgr('source.fgb', boundary, 'out.fgb');
    expect(command).toBe('ogr2ogr');
    expect(options.join(' ')).toMatch(
      /-f FlatGeobuf .*-nlt PROMOTE_TO_MULTI .*SPATIAL_INDEX=YES .*-clipsrc boundary.geojson/,
    );
  });
});
