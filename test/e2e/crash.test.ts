import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeDefinition } from './definition.ts';
import { serveSource, type SourceServer } from './slow.source.ts';
import { root, startSystem, type System } from './system.ts';

/** Lease of a job plus the time to notice and plan again, with room for a busy machine. */
const RECOVERY_MAX_MS = 90_000;
const URL_PATH = '/packages/zaf/slow_zones/1/slow_zones-1-zaf.tif';
/** Long enough that the kill comes in the middle of planning. */
const SLOW_MS = 1500;

let folder: string;
let source: SourceServer;
let system: System;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cutline-crash-'));
  source = await serveSource(path.join(root, 'data/rasters/admin1_zones_45s.tif'));
  await writeDefinition(folder, 'slow_zones', source.url);
  system = await startSystem({ originEnvironment: { DATASETS: folder, ALLOW_HTTP_SOURCES: 'true' } });
});
afterAll(async () => {
  await system?.stop();
  await source?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function keys(prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of system.store.list(prefix)) found.push(key);
  return found;
}

describe('an origin killed in the middle of making a clip', () => {
  test('leaves no partial object, and the next request gets the whole file', async () => {
    source.behaviour.delayMs = SLOW_MS;
    const requestsBefore = source.requests();
    const first = fetch(system.url + URL_PATH).then(
      (response) => response.status,
      () => 0,
    );
    await expect.poll(() => source.requests() - requestsBefore, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
    await system.killOrigin('SIGKILL');
    expect(await keys('current/zaf/slow_zones')).toEqual([]);
    expect(await keys('recipes/')).toEqual([]);
    expect(await keys('clips/')).toEqual([]);
    expect(await first).not.toBe(200);

    source.behaviour.delayMs = 0;
    await system.startOrigin();
    const next = async () => {
      const response = await fetch(system.url + URL_PATH, { headers: { 'accept-encoding': 'identity' } });
      const bytes = (await response.arrayBuffer()).byteLength;
      return response.status === 200 && bytes === Number(response.headers.get('content-length'));
    };
    await expect.poll(next, { timeout: RECOVERY_MAX_MS, interval: 1000 }).toBe(true);
  });

  test('still serves what was made before: clip, package, catalogue and page', async () => {
    await expect.poll(() => keys('clips/'), { timeout: 30_000 }).toHaveLength(1);
    await system.killOrigin('SIGKILL');
    for (const urlPath of [
      URL_PATH,
      '/packages/zaf/datapackage.json',
      '/datasets',
      '/boundaries/zaf',
      '/',
      '/healthz',
    ]) {
      const response = await fetch(system.url + urlPath);
      await response.arrayBuffer();
      expect([urlPath, response.status]).toEqual([urlPath, 200]);
    }
    const missing = await fetch(`${system.url}/packages/fra/slow_zones/1/slow_zones-1-fra.tif`);
    expect(missing.status).toBe(503);
    expect(await missing.json()).toMatchObject({ type: 'urn:cutline:problem:origin-unavailable' });
    expect(missing.headers.get('retry-after')).not.toBeNull();
  });
});
