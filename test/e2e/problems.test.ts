import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeDefinition } from './definition.ts';
import { serveSource, type SourceServer } from './slow.source.ts';
import { root, startSystem, type System } from './system.ts';

const MEGABYTE = 1_048_576;
const MODES = ['missing', 'truncated', 'failing'] as const;

let folder: string;
let system: System;
const sources: SourceServer[] = [];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cutline-problems-'));
  for (const mode of MODES) {
    const source = await serveSource(path.join(root, 'data/rasters/admin1_zones_45s.tif'));
    source.behaviour.mode = mode;
    sources.push(source);
    await writeDefinition(folder, mode, source.url);
  }
  system = await startSystem({ originEnvironment: { DATASETS: folder, ALLOW_HTTP_SOURCES: 'true' } });
});
afterAll(async () => {
  await system?.stop();
  await Promise.all(sources.map((source) => source.stop()));
  await rm(folder, { recursive: true, force: true });
});

/** Sends a path as it stands; `fetch` would tidy it up. */
function get(urlPath: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(system.url);
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, path: urlPath, headers: { accept: 'application/json' } }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    call.on('error', reject).end();
  });
}

const clip = (boundary: string, dataset: string, version: string) =>
  `/packages/${boundary}/${dataset}/${version}/${dataset}-${version}-${boundary}.tif`;

describe('what cannot be answered has a problem type of its own', () => {
  test.each([
    ['an unknown boundary', clip('xxx', 'etopo_relief', '1988'), 404, 'unknown-boundary'],
    ['an unknown dataset', clip('gmb', 'nothing', '1988'), 404, 'unknown-dataset'],
    ['an unknown version', clip('gmb', 'etopo_relief', '7'), 404, 'unknown-version'],
    ['an unknown file', '/packages/gmb/etopo_relief/1988/other.tif', 404, 'unknown-file'],
    ['a source that is missing', clip('gmb', 'missing', '1'), 502, 'source-missing'],
    ['a source cut short', clip('gmb', 'truncated', '1'), 502, 'invalid-source'],
    ['a source that answers 500', clip('gmb', 'failing', '1'), 502, 'source-unavailable'],
    ['a raster that does not reach the boundary', clip('ata', 'admin1_zones', '4.1.0'), 422, 'no-coverage'],
  ])('%s', async (_reason, urlPath, status, kind) => {
    const answer = await get(urlPath);
    expect(JSON.parse(answer.body)).toMatchObject({ type: `urn:cutline:problem:${kind}`, status });
    expect(answer.status).toBe(status);
  });

  test.each([
    ['an encoded slash', '/packages/gmb/..%2f..%2fetc/passwd'],
    ['dots', '/packages/gmb/../../etc/passwd'],
    ['encoded dots', '/packages/%2e%2e/etopo_relief/1988/x.tif'],
    ['a NUL', '/packages/gmb%00/etopo_relief/1988/x.tif'],
    ['a backslash', '/packages/gmb%5c..%5c/etopo_relief/1988/x.tif'],
  ])('%s leads nowhere', async (_reason, urlPath) => {
    const answer = await get(urlPath);
    expect([400, 404]).toContain(answer.status);
    expect(JSON.parse(answer.body).type).toMatch(/^urn:cutline:problem:/);
  });

  test('an id of a megabyte is refused', async () => {
    const answer = await get(`/packages/${'a'.repeat(MEGABYTE)}/etopo_relief/1988/x.tif`).catch(() => null);
    // The runtime itself may close the connection or answer before the program sees such a line.
    if (answer !== null) expect([400, 404, 414, 431]).toContain(answer.status);
    expect((await get('/healthz')).status).toBe(200);
  });
});
