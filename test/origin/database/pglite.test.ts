import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clipReadySchema, countersSchema } from '../../../cache/origin-api.ts';
import { folderHolder } from '../../../origin/database/pglite.lock.ts';
import { type PGliteProcess, usePGlite } from '../../../origin/database/pglite.start.ts';
import { freePort } from '../../../scripts/start/ports.ts';
import { openDatabase } from '../../../origin/database/database.ts';
import { callOrigin, clipBody, originSetting, type OriginSetting, startTestOrigin } from '../origin.fixture.ts';

const SERVER = path.resolve(import.meta.dirname, '../../../origin/database/pglite.server.ts');
const CALLERS = 20;

let folder: string;
let data: string;
let database: PGliteProcess;
let setting: OriginSetting;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cutline-pglite-'));
  data = path.join(folder, 'database');
  database = await usePGlite(data, await freePort());
  setting = await originSetting(database.url, ['gmb', 'lso']);
});
afterAll(async () => {
  await database?.stop();
  await setting?.remove();
  await rm(folder, { recursive: true, force: true });
});

describe('PGlite behind a socket', () => {
  test('carries boundaries, queue and clips over its one session, each clip planned once', async () => {
    const origin = await startTestOrigin(setting, { DATABASE_CONNECTIONS: '1' });
    try {
      const bodies = Array.from({ length: CALLERS }, (_, index) =>
        clipBody(index % 2 === 0 ? 'gmb' : 'lso', 'admin1_zones', '4.1.0'),
      );
      const answers = await Promise.all(bodies.map((body) => callOrigin(origin.url, 'POST', '/clips', body)));
      const records = await Promise.all(
        answers.map(async (answer) => clipReadySchema.parse(await answer.json()).record),
      );
      expect(new Set(records.map(({ fingerprint }) => fingerprint)).size).toBe(2);
      const counters = countersSchema.parse(await (await callOrigin(origin.url, 'GET', '/counters')).json());
      expect(counters).toMatchObject({ planRuns: 2, plansFailed: 0 });
    } finally {
      await origin.stop();
    }
  });

  test('keeps the statements of several clients apart', async () => {
    const clients = [1, 2, 3].map(() => openDatabase({ url: database.url, connections: 1 }));
    const calls = Array.from({ length: 60 }, async (_, index) => {
      const [row] = (await clients[index % 3]?.query<{ n: number }>('SELECT $1::int AS n', [index])) ?? [];
      return row?.n;
    });
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 60 }, (_, index) => index));
    await Promise.all(clients.map((client) => client.close()));
  });

  test('is shared by those who use the same folder, and refused to a second process', async () => {
    const again = await usePGlite(data, await freePort());
    expect(again.url).toBe(database.url);
    await again.stop();
    const second = spawn(process.execPath, [SERVER, '--data', data, '--port', String(await freePort())], {
      stdio: 'ignore',
    });
    const [code] = await once(second, 'exit');
    expect(code).not.toBe(0);
    expect((await folderHolder(data))?.url).toBe(database.url);
  });

  test('has all that was committed after kill -9', async () => {
    const holder = await folderHolder(data);
    process.kill(holder?.pid ?? Number.NaN, 'SIGKILL');
    await expect.poll(() => folderHolder(data), { timeout: 10_000 }).toBeNull();
    database = await usePGlite(data, await freePort());
    const client = openDatabase({ url: database.url, connections: 1 });
    const clips = await client.query('SELECT fingerprint FROM clips');
    await client.close();
    expect(clips).toHaveLength(2);
  });

  test('gives its folder free when it is told to end', async () => {
    await database.stop();
    expect(await folderHolder(data)).toBeNull();
  });
});
