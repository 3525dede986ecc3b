import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clipReadySchema, countersSchema, jobSchema } from '../../../cache/origin-api.ts';
import { catalogueSchema, sentBoundarySchema } from '../../../cache/catalogue.ts';
import { blobKey, clipKey, manifestKey, recipeKey, recordKey, SNAPSHOT_CATALOGUE_KEY } from '../../../cache/keys.ts';
import { clipRecordSchema, manifestSchema } from '../../../cache/record.ts';
import { openDatabase } from '../../../origin/database/database.ts';
import type { Origin } from '../../../origin/origin.ts';
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

let postgres: TestPostgres;
let setting: OriginSetting;
let origin: Origin;
beforeAll(async () => {
  postgres = await startPostgres();
  setting = await originSetting(postgres.url, ['gmb', 'lso', 'zaf']);
  origin = await startTestOrigin(setting);
});
afterAll(async () => {
  await origin?.stop();
  await postgres?.stop();
  await setting?.remove();
});

const make = (body: unknown): Promise<Response> => callOrigin(origin.url, 'POST', '/clips', body);
const makeReady = async (body: unknown) => clipReadySchema.parse(await (await make(body)).json());

async function stored(key: string): Promise<Uint8Array> {
  const object = await setting.store.get(key);
  if (object === null) throw new Error(`${key} is not stored`);
  return new Uint8Array(await new Response(object.body).arrayBuffer());
}
const storedJson = async (key: string): Promise<unknown> => JSON.parse(new TextDecoder().decode(await stored(key)));
const planRuns = async (): Promise<number> =>
  countersSchema.parse(await (await callOrigin(origin.url, 'GET', '/counters')).json()).planRuns;

describe('POST /clips', () => {
  test.each([
    ['a raster', clipBody('lso', 'admin1_zones', '4.1.0')],
    ['a vector', clipBody('zaf', 'ne_rivers', '3.0.0', 'fgb')],
    ['a clip of a bounding box', clipBody('bbox:-17,13,-13.5,14', 'etopo_relief', '1988')],
  ])('makes %s: recipe first, then the whole file, its hash and the manifest', async (_reason, body) => {
    const { record, job } = await makeReady(body);
    const { fingerprint } = record;
    expect(job).toBe(fingerprint);
    expect(record.path).toBe(`${body['boundary']}/${body['dataset']}/${body['version']}/${body['file']}`);
    expect(await setting.store.head(recipeKey(fingerprint))).not.toBeNull();
    expect(await setting.store.head(blobKey(fingerprint))).not.toBeNull();

    await expect
      .poll(async () => storedJson(`current/${record.path}`), { timeout: 20_000 })
      .toMatchObject({ stored: true });
    const file = await stored(clipKey(fingerprint));
    const sha256 = createHash('sha256').update(file).digest('hex');
    const complete = { ...record, stored: true, sha256 };
    expect(file.length).toBe(record.bytes);
    expect(clipRecordSchema.parse(await storedJson(`current/${record.path}`))).toEqual(complete);
    expect(clipRecordSchema.parse(await storedJson(recordKey(fingerprint)))).toEqual(complete);
    const readManifest = async () => manifestSchema.parse(await storedJson(manifestKey(String(body['boundary']))));
    await expect.poll(async () => (await readManifest()).clips[record.path], { timeout: 20_000 }).toEqual(complete);

    const bytes = await callOrigin(origin.url, 'GET', `/clips/${fingerprint}/bytes`);
    expect(Buffer.from(await bytes.arrayBuffer()).equals(Buffer.from(file))).toBe(true);
    expect(await makeReady(body)).toEqual({ state: 'ready', job, record: complete });
    const followed = jobSchema.parse(await (await callOrigin(origin.url, 'GET', `/jobs/${job}`)).json());
    expect(followed).toMatchObject({ id: job, path: record.path, state: 'ready', progress: 100 });
  });

  test('plans once for 50 callers at the same time, who all get the same record', async () => {
    const before = await planRuns();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => makeReady(clipBody('zaf', 'admin1_zones', '4.1.0'))),
    );
    expect(new Set(answers.map(({ record }) => `${record.fingerprint} ${record.etag} ${record.created}`)).size).toBe(1);
    expect(await planRuns()).toBe(before + 1);
  });

  test('answers 202 with the job at once when nobody waits', async () => {
    const response = await make(clipBody('zaf', 'etopo_relief', '1988', 'tif', 0));
    expect(response.status).toBe(202);
    const job = jobSchema.parse(await response.json());
    expect(['queued', 'running']).toContain(job.state);
    const state = async () =>
      jobSchema.parse(await (await callOrigin(origin.url, 'GET', `/jobs/${job.id}`)).json()).state;
    await expect.poll(state, { timeout: 20_000 }).toBe('ready');
  });

  test('gives a second name of the same geometry a pointer without planning', async () => {
    const before = await planRuns();
    const spelling = {
      type: 'Polygon',
      coordinates: [
        [
          [-17, 13],
          [-13.5, 13],
          [-13.5, 14],
          [-17, 14],
          [-17, 13],
        ],
      ],
    };
    const entry = await callOrigin(origin.url, 'POST', '/boundaries', spelling);
    const { id } = sentBoundarySchema.parse(await entry.json());
    const first = await makeReady(clipBody('bbox:-17,13,-13.5,14', 'ne_rivers', '3.0.0', 'fgb'));
    const second = await makeReady(clipBody(id, 'ne_rivers', '3.0.0', 'fgb'));
    expect(second.record).toMatchObject({ fingerprint: first.record.fingerprint, created: first.record.created });
    expect(second.record.path).toContain(id);
    expect(await setting.store.head(`current/${second.record.path}`)).not.toBeNull();
    expect(await planRuns()).toBe(before + 1);
  });

  test.each([
    ['all of it', [clipKey, recipeKey, blobKey], 1],
    ['the recipe', [recipeKey], 1],
    ['the blob', [blobKey], 1],
    ['only the whole file', [clipKey], 0],
  ])('makes a clip again when the store has lost %s', async (_reason, keys, plans) => {
    const body = clipBody('gmb', 'etopo_relief', '1988');
    const { record } = await makeReady(body);
    const { fingerprint } = record;
    const isStored = async () => clipRecordSchema.parse(await storedJson(`current/${record.path}`)).stored;
    await expect.poll(isStored, { timeout: 20_000 }).toBe(true);
    const before = await planRuns();
    const file = await stored(clipKey(fingerprint));
    for (const key of keys) await setting.store.delete(key(fingerprint));

    const again = await makeReady(body);
    expect(again.record).toMatchObject({ fingerprint, etag: record.etag, created: record.created });
    expect(await planRuns()).toBe(before + plans);
    await expect.poll(() => setting.store.head(clipKey(fingerprint)), { timeout: 20_000 }).not.toBeNull();
    expect(Buffer.from(await stored(clipKey(fingerprint))).equals(Buffer.from(file))).toBe(true);
    await expect.poll(isStored, { timeout: 20_000 }).toBe(true);
  });

  test('notes in the manifest what a dataset does not cover, under every name of the boundary', async () => {
    const [west, south, east, north] = [-50, -88, -49, -87];
    const box = `bbox:${west},${south},${east},${north}`;
    const ring = [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ];
    const sent = await callOrigin(origin.url, 'POST', '/boundaries', { type: 'Polygon', coordinates: [ring] });
    const { id } = sentBoundarySchema.parse(await sent.json());
    const before = await planRuns();
    for (const boundary of [box, id]) {
      const body = clipBody(boundary, 'admin1_zones', '4.1.0');
      expect(await problemOf(await make(body))).toEqual([422, 'urn:cutline:problem:no-coverage']);
      const { notCovered, clips } = manifestSchema.parse(await storedJson(manifestKey(boundary)));
      const name = `${boundary}/admin1_zones/4.1.0/${body['file']}`;
      expect([Object.keys(notCovered ?? {}), clips]).toEqual([[name], {}]);
    }
    expect(await planRuns()).toBe(before + 1);
    // A clip that is made beside it loses nothing of it.
    const { record } = await makeReady(clipBody(box, 'ne_rivers', '3.0.0', 'fgb'));
    const readManifest = async () => manifestSchema.parse(await storedJson(manifestKey(box)));
    await expect
      .poll(async () => Object.keys((await readManifest()).clips), { timeout: 20_000 })
      .toEqual([record.path]);
    expect(Object.keys((await readManifest()).notCovered ?? {})).toHaveLength(1);
  });

  test('refuses more than a thousand waiting clips, but none that is made', async () => {
    const made = clipBody('lso', 'admin1_zones', '4.1.0');
    await makeReady(made);
    const database = openDatabase({ url: postgres.url, connections: 1 });
    await database.query(
      `INSERT INTO jobs (id, path, state, message) SELECT 'waiting ' || n, '', 'queued', '' FROM generate_series(1, 1000) AS n`,
    );
    try {
      const refused = await make(clipBody('gmb', 'admin1_zones', '4.1.0'));
      expect(refused.headers.get('retry-after')).toBe('60');
      expect(await problemOf(refused)).toEqual([503, 'urn:cutline:problem:overloaded']);
      expect((await make(made)).status).toBe(200);
    } finally {
      await database.query(`DELETE FROM jobs WHERE id LIKE 'waiting %'`);
      await database.close();
    }
  });

  test.each([
    ['an unknown boundary', clipBody('xxx', 'ne_rivers', '3.0.0', 'fgb'), 404, 'unknown-boundary'],
    [
      'an ad hoc boundary that nobody sent',
      clipBody(`geo-${'0'.repeat(40)}`, 'ne_rivers', '3.0.0', 'fgb'),
      404,
      'unknown-boundary',
    ],
    ['an unknown dataset', clipBody('gmb', 'nothing', '1'), 404, 'unknown-dataset'],
    ['an unknown version', clipBody('gmb', 'ne_rivers', '9', 'fgb'), 404, 'unknown-version'],
    ['an unknown file', clipBody('gmb', 'ne_rivers', '3.0.0', 'tif'), 404, 'unknown-file'],
    ['an id with a slash', clipBody('../gmb', 'ne_rivers', '3.0.0', 'fgb'), 400, 'invalid-id'],
    ['a box that is none', clipBody('bbox:1,2', 'ne_rivers', '3.0.0', 'fgb'), 400, 'invalid-id'],
    ['a box in another spelling', clipBody('bbox:1.0,2,3,4', 'ne_rivers', '3.0.0', 'fgb'), 404, 'unknown-boundary'],
    ['a field too many', { ...clipBody('gmb', 'ne_rivers', '3.0.0', 'fgb'), extra: 1 }, 400, 'invalid-request'],
    ['a wait of a day', clipBody('gmb', 'ne_rivers', '3.0.0', 'fgb', 86_400_000), 400, 'invalid-request'],
    ['a body that is no JSON', 'gmb', 400, 'invalid-request'],
    ['a body of 20 KB', ' '.repeat(20_000), 413, 'payload-too-large'],
  ])('refuses %s', async (_reason, body, status, kind) => {
    expect(await problemOf(await make(body))).toEqual([status, `urn:cutline:problem:${kind}`]);
  });
});

describe('GET /clips/{fingerprint}/bytes', () => {
  test.each([
    ['the first bytes', 'bytes=0-99', 206, 0, 100],
    ['the last bytes', 'bytes=-50', 206, -50, 50],
    ['an open range', 'bytes=100-', 206, 100, null],
    ['several ranges, which give the whole', 'bytes=0-1,5-6', 200, 0, null],
  ])('%s', async (_reason, range, status, from, length) => {
    const { record } = await makeReady(clipBody('lso', 'admin1_zones', '4.1.0'));
    await expect.poll(() => setting.store.head(clipKey(record.fingerprint)), { timeout: 20_000 }).not.toBeNull();
    const file = await stored(clipKey(record.fingerprint));
    const response = await fetchBytes(record.fingerprint, range);
    const expected = length === null ? file.slice(from) : file.slice(from).slice(0, length);
    expect(response.status).toBe(status);
    expect(response.headers.get('etag')).toBe(record.etag);
    expect(Number(response.headers.get('content-length'))).toBe(expected.length);
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(expected))).toBe(true);
  });

  test('refuses a range outside of the clip', async () => {
    const { record } = await makeReady(clipBody('lso', 'admin1_zones', '4.1.0'));
    const response = await fetchBytes(record.fingerprint, `bytes=${record.bytes}-`);
    expect(response.headers.get('content-range')).toBe(`bytes */${record.bytes}`);
    expect(await problemOf(response)).toEqual([416, 'urn:cutline:problem:range-not-satisfiable']);
  });

  test.each(['0'.repeat(64), 'nonsense'])('knows no clip %s', async (fingerprint) => {
    expect(await problemOf(await fetchBytes(fingerprint, 'bytes=0-1'))).toEqual([
      404,
      'urn:cutline:problem:unknown-clip',
    ]);
  });

  const fetchBytes = (fingerprint: string, range: string): Promise<Response> =>
    callOrigin(origin.url, 'GET', `/clips/${fingerprint}/bytes`, undefined, { range });
});

describe('GET /jobs/{id}', () => {
  test.each(['0'.repeat(64), 'nonsense'])('knows no job %s', async (id) => {
    expect(await problemOf(await callOrigin(origin.url, 'GET', `/jobs/${id}`))).toEqual([
      404,
      'urn:cutline:problem:unknown-job',
    ]);
  });
});

describe('the catalogue', () => {
  test('is published with the state of every source', async () => {
    const { datasets } = catalogueSchema.parse(await storedJson(SNAPSHOT_CATALOGUE_KEY));
    const parts = datasets.flatMap(({ versions }) => versions.flatMap((version) => version.parts));
    expect(datasets.map(({ name }) => name)).toContain('ne_rivers');
    for (const { source } of parts) expect(source?.bytes).toBeGreaterThan(0);
  });
});

describe('an origin that starts again', () => {
  test('without its database adopts what the store holds, and plans nothing', async () => {
    const { record } = await makeReady(clipBody('lso', 'admin1_zones', '4.1.0'));
    const again = await originSetting(await postgres.createDatabase(), ['lso']);
    const second = await startTestOrigin(again, { STORE_FOLDER: setting.environment['STORE_FOLDER'] ?? '' });
    try {
      const response = await callOrigin(second.url, 'POST', '/clips', clipBody('lso', 'admin1_zones', '4.1.0'));
      const answer = clipReadySchema.parse(await response.json());
      expect(answer.record).toMatchObject({ fingerprint: record.fingerprint, created: record.created });
      const counters = countersSchema.parse(await (await callOrigin(second.url, 'GET', '/counters')).json());
      expect(counters.planRuns).toBe(0);
    } finally {
      await second.stop();
      await again.remove();
    }
  });

  test('leaves nothing in its data folder when it stops', async () => {
    const quiet = await originSetting(await postgres.createDatabase(), ['lso']);
    const second = await startTestOrigin(quiet);
    await callOrigin(second.url, 'POST', '/clips', clipBody('lso', 'etopo_relief', '1988'));
    await second.stop();
    expect(await keysOf(quiet.store, 'recipes/')).toHaveLength(1);
    expect(await readdir(path.join(quiet.folder, 'data', 'scratch'))).toEqual([]);
    await expect(fetch(`${second.url}/healthz`)).rejects.toThrow('fetch failed');
    await quiet.remove();
  });
});
