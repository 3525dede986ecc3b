import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clipReadySchema, countersSchema, jobSchema } from '../../../cache/origin-api.ts';
import { freePort, waitForHttp } from '../../../scripts/start/ports.ts';
import { writeDefinition } from '../../e2e/definition.ts';
import { serveSource, type SourceServer } from '../../e2e/slow.source.ts';
import { startPostgres, type TestPostgres } from '../../postgres.ts';
import { callOrigin, clipBody, keysOf, originSetting, type OriginSetting, startTestOrigin } from '../origin.fixture.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
/** Each answer of the source takes this long: the end comes in the middle of planning. */
const SLOW_MS = 3_000;
/** Lease, the time to notice and the pause before another try, with room for a busy machine. */
const TAKEOVER_MAX_MS = 45_000;
const START_TIMEOUT_MS = 60_000;

let postgres: TestPostgres;
let setting: OriginSetting;
let server: SourceServer;
let environment: Record<string, string>;
beforeAll(async () => {
  postgres = await startPostgres();
  setting = await originSetting(postgres.url, ['gmb', 'lso', 'zaf']);
  server = await serveSource(path.join(ROOT, 'data/rasters/admin1_zones_45s.tif'));
  const datasets = path.join(setting.folder, 'datasets');
  await writeDefinition(datasets, 'served', server.url);
  environment = { DATASETS: datasets, ALLOW_HTTP_SOURCES: 'true' };
});
afterAll(async () => {
  await server?.stop();
  await postgres?.stop();
  await setting?.remove();
});
beforeEach(() => {
  server.behaviour.delayMs = 0;
});

/** An origin in a process of its own. */
async function spawnOrigin(): Promise<{ child: ChildProcess; url: string; exited: Promise<unknown[]> }> {
  const port = await freePort();
  const child = spawn(process.execPath, [path.join(ROOT, 'origin/main.ts')], {
    env: { ...process.env, ...setting.environment, ...environment, PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  await waitForHttp(`${url}/healthz`, START_TIMEOUT_MS, new AbortController().signal);
  return { child, url, exited };
}

/** Starts a clip and gives its job once it is being planned from the slow source. */
async function beginPlan(url: string, boundary: string): Promise<string> {
  server.behaviour.delayMs = SLOW_MS;
  const requests = server.requests();
  const body = clipBody(boundary, 'served', '1', 'tif', 0);
  const job = jobSchema.parse(await (await callOrigin(url, 'POST', '/clips', body)).json());
  await expect.poll(() => server.requests() - requests, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
  return job.id;
}

const scratchFolders = (): Promise<string[]> => readdir(path.join(setting.folder, 'data', 'scratch'));

describe('an origin that ends in the middle of planning', () => {
  test('by kill -9: nothing partial is visible, and another takes over unasked', async () => {
    const first = await spawnOrigin();
    const job = await beginPlan(first.url, 'zaf');
    first.child.kill('SIGKILL');
    await first.exited;
    for (const prefix of ['current/zaf/', 'recipes/', 'records/', 'blobs/', 'clips/']) {
      expect(await keysOf(setting.store, prefix)).toEqual([]);
    }
    expect(await scratchFolders()).toHaveLength(1);

    server.behaviour.delayMs = 0;
    const second = await startTestOrigin(setting, environment);
    try {
      // What the dead one left is gone; this is the folder of the new one.
      expect((await scratchFolders()).map((name) => name.split('-')[0])).toEqual([String(process.pid)]);
      const state = async () =>
        jobSchema.parse(await (await callOrigin(second.url, 'GET', `/jobs/${job}`)).json()).state;
      await expect.poll(state, { timeout: TAKEOVER_MAX_MS, interval: 200 }).toBe('ready');
      const response = await callOrigin(second.url, 'POST', '/clips', clipBody('zaf', 'served', '1'));
      expect(clipReadySchema.parse(await response.json()).record.fingerprint).toBe(job);
      const counters = countersSchema.parse(await (await callOrigin(second.url, 'GET', '/counters')).json());
      expect(counters.planRuns).toBe(1);
    } finally {
      await second.stop();
    }
  });

  test('by SIGTERM: it ends by itself and gives the job back', async () => {
    const first = await spawnOrigin();
    const job = await beginPlan(first.url, 'lso');
    first.child.kill('SIGTERM');
    expect(await first.exited).toEqual([0, null]);
    server.behaviour.delayMs = 0;
    const second = await startTestOrigin(setting, environment);
    try {
      const state = async () =>
        jobSchema.parse(await (await callOrigin(second.url, 'GET', `/jobs/${job}`)).json()).state;
      await expect.poll(state, { timeout: TAKEOVER_MAX_MS, interval: 200 }).toBe('ready');
    } finally {
      await second.stop();
    }
  });

  test('with the process that started it', async () => {
    const first = await spawnOrigin();
    first.child.disconnect();
    expect(await first.exited).toEqual([0, null]);
  });
});

describe('an origin that cannot start', () => {
  test.each([
    ['a bad setting', { PORT: 'x' }, 'PORT must be a whole number'],
    [
      'no database within the time it waits',
      { DATABASE_URL: 'postgres://postgres@127.0.0.1:9/x', DATABASE_WAIT_SECONDS: '1' },
      'nothing listens at its address',
    ],
    ['definitions that are not there', { DATASETS: '/nowhere' }, '/nowhere: cannot be listed'],
  ])('for %s says so and ends', async (_reason, given, text) => {
    const child = spawn(process.execPath, [path.join(ROOT, 'origin/main.ts')], {
      env: { ...process.env, ...setting.environment, ...given },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(output).toContain(text);
  });
});
