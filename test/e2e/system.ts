import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTestHarness, type TestHarness } from 'wrangler';
import { type Counters, countersSchema } from '../../cache/origin-api.ts';
import { s3Store } from '../../cache/store.s3.ts';
import type { ObjectStore } from '../../cache/store.ts';
import { SIGNATURE_HEADER, signCall } from '../../cache/signature.ts';
import { freePort, LOOPBACK, waitForHttp } from '../../scripts/start/ports.ts';
import { startPostgres } from '../postgres.ts';

export const root = path.resolve(import.meta.dirname, '../..');
const LOCAL_S3 = { bucket: 'cutline', accessKeyId: 'cutline-local', secretAccessKey: 'cutline-local-secret' };
const START_TIMEOUT_MS = 120_000;

/** The whole service with its real parts: workerd with R2, KV and Durable Objects, the origin, PostgreSQL with PostGIS. */
export interface System {
  /** Address of the edge. */
  url: string;
  /** A folder for the test's own files. */
  folder: string;
  harness: TestHarness;
  /** The bucket as the origin sees it. */
  store: ObjectStore;
  originUrl: string;
  /** Runs the origin again after it was stopped or killed. */
  startOrigin(): Promise<void>;
  killOrigin(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  counters(): Promise<Counters>;
  stop(): Promise<void>;
}

export interface SystemOptions {
  /** Vars of the Worker besides the origin's address and secret. */
  vars?: Record<string, string>;
  /** Environment of the origin besides what it needs to run. */
  originEnvironment?: Record<string, string>;
}

/** Starts everything on free ports. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cutline-e2e-'));
  const [postgres, originPort] = await Promise.all([startPostgres(), freePort()]);
  const secret = randomBytes(32).toString('hex');
  const originUrl = `http://${LOOPBACK}:${originPort}`;
  const harness = createTestHarness({
    workers: [
      {
        configPath: path.join(root, 'wrangler.toml'),
        vars: { ORIGIN_URL: originUrl, ...options.vars },
        secrets: { ORIGIN_SECRET: secret },
      },
    ],
  });
  const url = (await harness.listen()).url.origin;
  const endpoint = `${url}/cdn-cgi/local/r2/s3`;
  let origin: ChildProcess | null = null;

  const system: System = {
    url,
    folder,
    harness,
    originUrl,
    store: s3Store({ endpoint, region: 'auto', ...LOCAL_S3 }),
    async startOrigin() {
      origin = spawn(process.execPath, [path.join(root, 'origin/main.ts')], {
        env: {
          ...process.env,
          HOST: LOOPBACK,
          PORT: String(originPort),
          DATABASE_URL: postgres.url,
          STORE_S3_ENDPOINT: endpoint,
          STORE_S3_BUCKET: LOCAL_S3.bucket,
          STORE_S3_ACCESS_KEY_ID: LOCAL_S3.accessKeyId,
          STORE_S3_SECRET_ACCESS_KEY: LOCAL_S3.secretAccessKey,
          SOURCE_S3_ENDPOINT: endpoint,
          SOURCE_S3_ACCESS_KEY_ID: LOCAL_S3.accessKeyId,
          SOURCE_S3_SECRET_ACCESS_KEY: LOCAL_S3.secretAccessKey,
          ORIGIN_SECRET: secret,
          DATA_DIR: path.join(folder, 'origin'),
          LOG_LEVEL: process.env['E2E_LOG'] === undefined ? 'error' : 'info',
          ...options.originEnvironment,
        },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      await waitForHttp(`${originUrl}/healthz`, START_TIMEOUT_MS, new AbortController().signal);
    },
    async killOrigin(signal) {
      if (origin === null || origin.exitCode !== null || origin.signalCode !== null) return;
      const exited = new Promise((resolve) => origin?.once('exit', resolve));
      origin.kill(signal);
      await exited;
    },
    async counters() {
      const call = { method: 'GET', target: '/counters', body: new Uint8Array() };
      const headers = { [SIGNATURE_HEADER]: await signCall(secret, call) };
      const response = await fetch(originUrl + call.target, { headers });
      return countersSchema.parse(await response.json());
    },
    async stop() {
      await system.killOrigin('SIGTERM');
      await harness.close();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await system.startOrigin();
  return system;
}
