import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { catalogueSchema } from '../../../cache/catalogue.ts';
import { clipKey, recipeKey, SNAPSHOT_CATALOGUE_KEY } from '../../../cache/keys.ts';
import { clipReadySchema, countersSchema, jobSchema } from '../../../cache/origin-api.ts';
import { type Database, openDatabase } from '../../../origin/database/database.ts';
import { beginAttempt } from '../../../origin/jobs/job.store.ts';
import type { Origin } from '../../../origin/origin.ts';
import { writeDefinition } from '../../e2e/definition.ts';
import { serveSource, type SourceServer } from '../../e2e/slow.source.ts';
import { startPostgres, type TestPostgres } from '../../postgres.ts';
import {
  callOrigin,
  clipBody,
  keysOf,
  originSetting,
  type OriginSetting,
  problemOf,
  startTestOrigin,
} from '../origin.fixture.ts';

const RASTERS = path.resolve(import.meta.dirname, '../../../data/rasters');
const FINE = path.join(RASTERS, 'admin1_zones_45s.tif');
const COARSE = path.join(RASTERS, 'etopo5_relief_15min.tif');
/** Each answer of a slow source takes this long; a plan needs several. */
const SLOW_MS = 400;

let postgres: TestPostgres;
let database: Database;
let setting: OriginSetting;
let origin: Origin;
let server: SourceServer;
beforeAll(async () => {
  postgres = await startPostgres();
  setting = await originSetting(postgres.url, ['gmb', 'lso', 'zaf']);
  server = await serveSource(FINE);
  const datasets = path.join(setting.folder, 'datasets');
  const sources = path.join(setting.folder, 'sources');
  await mkdir(sources);
  await copyFile(COARSE, path.join(sources, 'replaced.tif'));
  await writeDefinition(datasets, 'served', server.url);
  await writeDefinition(datasets, 'local', 'replaced.tif');
  await writeDefinition(datasets, 'absent', 'absent.tif');
  await writeDefinition(datasets, 'outside', '../store/x.tif');
  origin = await startTestOrigin(setting, {
    DATASETS: datasets,
    SOURCE_FILE_ROOT: sources,
    ALLOW_HTTP_SOURCES: 'true',
  });
  database = openDatabase({ url: postgres.url, connections: 2 });
});
afterAll(async () => {
  await database?.close();
  await origin?.stop();
  await server?.stop();
  await postgres?.stop();
  await setting?.remove();
});
beforeEach(() => {
  Object.assign(server.behaviour, { mode: 'sound', delayMs: 0 });
});

const make = (body: unknown): Promise<Response> => callOrigin(origin.url, 'POST', '/clips', body);
const planRuns = async (): Promise<number> =>
  countersSchema.parse(await (await callOrigin(origin.url, 'GET', '/counters')).json()).planRuns;

async function publishedSource(dataset: string): Promise<{ etag: string; bytes: number } | null> {
  const object = await setting.store.get(SNAPSHOT_CATALOGUE_KEY);
  const { datasets } = catalogueSchema.parse(await new Response(object?.body ?? null).json());
  return datasets.find(({ name }) => name === dataset)?.versions[0]?.parts[0]?.source ?? null;
}

describe('a source that cannot be read', () => {
  test.each([
    ['is not there', 'local file', clipBody('gmb', 'absent', '1'), 502, 'source-missing'],
    ['lies outside of its folder', 'local file', clipBody('gmb', 'outside', '1'), 502, 'source-missing'],
    ['is not there', 'missing', clipBody('gmb', 'served', '1'), 502, 'source-missing'],
    ['answers 500', 'failing', clipBody('gmb', 'served', '1'), 502, 'source-unavailable'],
    ['is cut short', 'truncated', clipBody('zaf', 'served', '1'), 502, 'invalid-source'],
  ])('because it %s (%s) is said so, and leaves nothing behind', async (_reason, mode, body, status, kind) => {
    if (mode === 'missing' || mode === 'failing' || mode === 'truncated') server.behaviour.mode = mode;
    expect(await problemOf(await make(body))).toEqual([status, `urn:cutline:problem:${kind}`]);
    expect(await keysOf(setting.store, `current/${body['boundary']}/`)).toEqual([]);
    expect(await keysOf(setting.store, 'recipes/')).toEqual([]);
  });

  test('is tried again with the next call', async () => {
    server.behaviour.mode = 'failing';
    expect((await make(clipBody('lso', 'served', '1'))).status).toBe(502);
    server.behaviour.mode = 'sound';
    expect((await make(clipBody('lso', 'served', '1'))).status).toBe(200);
    expect(await publishedSource('served')).not.toBeNull();
  });
});

describe('a clip that nothing covers', () => {
  test('is refused, and not planned again for that', async () => {
    const body = clipBody('bbox:-40.5,-0.5,-40.4,-0.4', 'ne_rivers', '3.0.0', 'fgb');
    const first = await make(body);
    const before = await planRuns();
    expect(await problemOf(await make(body))).toEqual(await problemOf(first));
    expect(await planRuns()).toBe(before);
  });
});

describe('a source that changes', () => {
  test('between two calls: the name means a new clip, and the old one stays where it is', async () => {
    const body = clipBody('zaf', 'local', '1');
    const first = clipReadySchema.parse(await (await make(body)).json());
    await expect.poll(() => setting.store.head(clipKey(first.record.fingerprint)), { timeout: 20_000 }).not.toBeNull();
    await copyFile(FINE, path.join(setting.folder, 'sources', 'replaced.tif'));
    const second = clipReadySchema.parse(await (await make(body)).json());
    expect(second.record.fingerprint).not.toBe(first.record.fingerprint);
    expect(second.record.path).toBe(first.record.path);
    expect(await setting.store.head(recipeKey(first.record.fingerprint))).not.toBeNull();
    const pointer = await setting.store.get(`current/${first.record.path}`);
    expect(await new Response(pointer?.body ?? null).json()).toMatchObject({ fingerprint: second.record.fingerprint });
    expect(await publishedSource('local')).not.toBeNull();
  });

  test('while it is planned: planned once more, from its new state', async () => {
    server.behaviour.delayMs = SLOW_MS;
    const [runs, requests] = [await planRuns(), server.requests()];
    const answer = make(clipBody('gmb', 'served', '1'));
    // The look at the source and the start of the plan.
    await expect.poll(() => server.requests() - requests, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
    server.behaviour.mode = 'truncated';
    server.behaviour.delayMs = 0;
    await answer;
    expect(await planRuns()).toBe(runs + 2);
  });

  test('before its bytes are served by recipe: a problem, not another file', async () => {
    const body = clipBody('zaf', 'served', '1');
    const { record } = clipReadySchema.parse(await (await make(body)).json());
    server.behaviour.mode = 'truncated';
    const response = await callOrigin(origin.url, 'GET', `/clips/${record.fingerprint}/bytes`);
    const whole = response.status === 200 ? response.arrayBuffer() : Promise.reject(new Error(String(response.status)));
    await expect(whole).rejects.toThrow();
  });
});

describe('an attempt that was overtaken', () => {
  test('changes neither pointer nor job', async () => {
    server.behaviour.delayMs = SLOW_MS;
    const body = clipBody('bbox:20,-30,26,-24', 'served', '1', 'tif', 0);
    const job = jobSchema.parse(await (await make(body)).json());
    const state = async () =>
      jobSchema.parse(await (await callOrigin(origin.url, 'GET', `/jobs/${job.id}`)).json()).state;
    await expect.poll(state, { timeout: 20_000, interval: 20 }).toBe('running');
    // As another node would, after the lease has run out.
    await beginAttempt(database, job.id);
    server.behaviour.delayMs = 0;
    await expect.poll(() => setting.store.head(recipeKey(job.id)), { timeout: 20_000 }).not.toBeNull();
    // Its blob and recipe are as good as any; a name was not given to them.
    await expect
      .poll(() => database.query(`SELECT 1 FROM pgboss.job WHERE singleton_key = $1 AND state = 'active'`, [job.id]))
      .toEqual([]);
    expect(await keysOf(setting.store, 'current/bbox:20,-30,26,-24/')).toEqual([]);
    expect(await state()).toBe('running');
    // The next call begins it anew.
    expect((await make({ ...body, waitMs: 30_000 })).status).toBe(200);
  });
});
