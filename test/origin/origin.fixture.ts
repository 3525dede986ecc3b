import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { folderStore } from '../../cache/store.folder.ts';
import type { ObjectStore } from '../../cache/store.ts';
import { signCall, SIGNATURE_HEADER } from '../../cache/signature.ts';
import { loadBoundaries } from '../../origin/boundaries/load.ts';
import { readConfig } from '../../origin/config.ts';
import { openDatabase } from '../../origin/database/database.ts';
import { migrate } from '../../origin/database/migrate.ts';
import { jsonLog } from '../../origin/log.ts';
import { type Origin, startOrigin } from '../../origin/origin.ts';
import { writeCountries } from './countries.file.ts';

export const SECRET = 'a secret of the tests, long enough to pass';

/** Environment of an origin and what it works on. */
export interface OriginSetting {
  folder: string;
  databaseUrl: string;
  store: ObjectStore;
  environment: Record<string, string>;
  remove(): Promise<void>;
}

/** A folder store, a data folder and a database that holds a few countries. */
export async function originSetting(databaseUrl: string, codes: readonly string[]): Promise<OriginSetting> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cutline-origin-'));
  const database = openDatabase({ url: databaseUrl, connections: 1 });
  await migrate(database);
  await loadBoundaries(database, await writeCountries(folder, codes));
  await database.close();
  const storeFolder = path.join(folder, 'store');
  const environment = {
    PORT: '0',
    DATABASE_URL: databaseUrl,
    STORE_FOLDER: storeFolder,
    DATA_DIR: path.join(folder, 'data'),
    ORIGIN_SECRET: SECRET,
    THREADS: '2',
    LOG_LEVEL: 'error',
  };
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return { folder, databaseUrl, store: folderStore(storeFolder), environment, remove };
}

/** An origin in this process. Its log is dropped. */
export function startTestOrigin(setting: OriginSetting, environment: Record<string, string> = {}): Promise<Origin> {
  return startOrigin(
    readConfig({ ...setting.environment, ...environment }),
    jsonLog('debug', () => undefined),
  );
}

/** Makes a signed call. A body that is not text is sent as JSON. */
export async function callOrigin(
  url: string,
  method: string,
  target: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const bytes = new TextEncoder().encode(body === undefined ? '' : text);
  const signature = await signCall(SECRET, { method, target, body: bytes });
  return fetch(url + target, {
    method,
    body: body === undefined ? null : bytes,
    headers: { ...headers, [SIGNATURE_HEADER]: signature },
  });
}

/** Body of `POST /clips` for the only part of a dataset. */
export function clipBody(
  boundary: string,
  dataset: string,
  version: string,
  extension = 'tif',
  waitMs = 30_000,
): Record<string, string | number> {
  return { boundary, dataset, version, file: `${dataset}-${version}-${boundary}.${extension}`, waitMs };
}

/** All keys below a prefix. */
export async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

/** Status and problem type of an answer. */
export async function problemOf(response: Response): Promise<[status: number, type: unknown]> {
  const body: unknown = await response.json();
  return [response.status, typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined];
}
