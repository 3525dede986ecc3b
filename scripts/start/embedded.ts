import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import type { Log } from './log.ts';
import { freePort, LOOPBACK } from './ports.ts';
import type { ServiceDefinition } from './service.ts';

/** One program of the service and how to tell that it is ready. */
export interface EmbeddedService {
  /** Said when it is started. */
  label: string;
  definition: ServiceDefinition;
  /** Answers 200 once it is ready. */
  readyUrl?: string;
  isReady?: (signal: AbortSignal) => Promise<void>;
}

export interface EmbeddedSettings {
  root: string;
  dataFolder: string;
  /** Port of the public address. */
  port: number;
  log: Log;
}

/** Of the local R2 bucket, as `wrangler.toml` names them; it listens on this machine only. */
const LOCAL_S3 = { bucket: 'cutline', accessKeyId: 'cutline-local', secretAccessKey: 'cutline-local-secret' };
const DATABASE_READY_TIMEOUT_MS = 60_000;
const POLL_MS = 150;

/** The programs of `npm start`, in the order they are started in. */
export async function embeddedServices(settings: EmbeddedSettings): Promise<EmbeddedService[]> {
  const { dataFolder, port } = settings;
  await mkdir(dataFolder, { recursive: true });
  const secret = randomBytes(32).toString('hex');
  const originPort = await freePort();
  const serverUrl = process.env['DATABASE_URL'] ?? '';
  const databasePort = await freePort();
  const databaseUrl = serverUrl === '' ? `postgres://postgres@${LOOPBACK}:${databasePort}/postgres` : serverUrl;
  return [
    ...(serverUrl === '' ? [databaseService(settings, databasePort)] : []),
    await edgeService(settings, { ORIGIN_URL: `http://${LOOPBACK}:${originPort}`, ORIGIN_SECRET: secret }),
    originService(settings, originPort, {
      DATABASE_URL: databaseUrl,
      // PGlite has one session for all.
      ...(serverUrl === '' ? { DATABASE_CONNECTIONS: '1' } : {}),
      STORE_S3_ENDPOINT: `http://${LOOPBACK}:${port}/cdn-cgi/local/r2/s3`,
      STORE_S3_BUCKET: LOCAL_S3.bucket,
      STORE_S3_ACCESS_KEY_ID: LOCAL_S3.accessKeyId,
      STORE_S3_SECRET_ACCESS_KEY: LOCAL_S3.secretAccessKey,
      ORIGIN_SECRET: secret,
      DATA_DIR: path.join(dataFolder, 'origin'),
    }),
  ];
}

function define(
  settings: EmbeddedSettings,
  name: string,
  args: string[],
  env: Record<string, string>,
): ServiceDefinition {
  return {
    name,
    command: process.execPath,
    args,
    env,
    onOutput: settings.log.write,
    onExit: (service, reason) => {
      process.stderr.write(`cutline: ${service} ended (${reason}) and is started again; see ${settings.log.file}\n`);
    },
  };
}

function databaseService(settings: EmbeddedSettings, port: number): EmbeddedService {
  const folder = path.join(settings.dataFolder, 'database');
  const isNew = !existsSync(folder);
  const script = path.join(settings.root, 'origin/database/pglite.server.ts');
  return {
    label: isNew ? 'creating the database (PGlite with PostGIS, some seconds, once)' : 'starting the database',
    definition: define(settings, 'database', [script, '--data', folder, '--port', String(port)], {}),
    isReady: (signal) => waitForPort(port, signal),
  };
}

async function edgeService(settings: EmbeddedSettings, vars: Record<string, string>): Promise<EmbeddedService> {
  const { root, dataFolder, port } = settings;
  // A file rather than arguments: those can be read by everyone on the machine.
  const varsFile = path.join(dataFolder, 'edge.vars');
  await writeFile(
    varsFile,
    Object.entries(vars)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
    { mode: 0o600 },
  );
  await chmod(varsFile, 0o600);
  const wrangler = path.join(root, 'node_modules/wrangler/bin/wrangler.js');
  const args = ['dev', '--local', '--ip', LOOPBACK, '--port', String(port), '--inspector-port', '0'];
  args.push('--config', path.join(root, 'wrangler.toml'), '--persist-to', path.join(dataFolder, 'edge'));
  args.push('--env-file', varsFile, '--show-interactive-dev-session=false', '--log-level', 'warn');
  const env = { CI: '1', NO_COLOR: '1', WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' };
  return {
    label: 'starting the edge (workerd)',
    definition: define(settings, 'edge', [wrangler, ...args], env),
    readyUrl: `http://${LOOPBACK}:${port}/healthz`,
  };
}

function originService(settings: EmbeddedSettings, port: number, env: Record<string, string>): EmbeddedService {
  return {
    label: 'starting the origin (the first time it loads 255 boundaries)',
    definition: define(settings, 'origin', [path.join(settings.root, 'origin/main.ts')], {
      HOST: LOOPBACK,
      PORT: String(port),
      ...env,
    }),
    readyUrl: `http://${LOOPBACK}:${port}/healthz`,
  };
}

async function waitForPort(port: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + DATABASE_READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    if (await accepts(port)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`The database did not start within ${DATABASE_READY_TIMEOUT_MS / 1000} s.`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
