import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countersSchema } from '../../../cache/origin-api.ts';
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
/** Several times what a plan of a small clip and the start of its thread take on a busy machine. */
const TIMEOUT_SECONDS = 8;
/** Each answer of the source takes longer than a plan may; well below what a reader waits for one. */
const SLOW_MS = (TIMEOUT_SECONDS + 1) * 1000;

let postgres: TestPostgres;
let setting: OriginSetting;
let origin: Origin;
let server: SourceServer;
beforeAll(async () => {
  postgres = await startPostgres();
  setting = await originSetting(postgres.url, ['gmb']);
  server = await serveSource(path.join(RASTERS, 'admin1_zones_45s.tif'));
  const datasets = path.join(setting.folder, 'datasets');
  await writeDefinition(datasets, 'slow', server.url);
  await writeDefinition(datasets, 'sound', path.join(RASTERS, 'etopo5_relief_15min.tif'));
  origin = await startTestOrigin(setting, {
    DATASETS: datasets,
    SOURCE_FILE_ROOT: RASTERS,
    ALLOW_HTTP_SOURCES: 'true',
    THREADS: '1',
    PLAN_TIMEOUT_SECONDS: String(TIMEOUT_SECONDS),
  });
});
afterAll(async () => {
  await origin?.stop();
  await server?.stop();
  await postgres?.stop();
  await setting?.remove();
});

const make = (body: unknown): Promise<Response> => callOrigin(origin.url, 'POST', '/clips', body);
const planRuns = async (): Promise<number> =>
  countersSchema.parse(await (await callOrigin(origin.url, 'GET', '/counters')).json()).planRuns;

test('a plan that takes too long is given up once, and the only thread goes on with others', async () => {
  server.behaviour.delayMs = SLOW_MS;
  const slow = make(clipBody('gmb', 'slow', '1'));
  const other = make(clipBody('gmb', 'sound', '1'));
  const tooCostly = [422, 'urn:cutline:problem:too-costly'];
  expect(await problemOf(await slow)).toEqual(tooCostly);
  expect((await other).status).toBe(200);
  expect(await keysOf(setting.store, 'current/gmb/slow/')).toEqual([]);

  // It would take as long again: for a while the answer is the same without trying.
  const runs = await planRuns();
  expect(await problemOf(await make(clipBody('gmb', 'slow', '1')))).toEqual(tooCostly);
  expect(await planRuns()).toBe(runs);
});
