import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { HealthCheck } from './health.ts';
import type { Log } from './log.ts';
import { freePort, LOOPBACK } from './ports.ts';
import { probeDatabase, probeHttp } from './probes.ts';
import type { ServiceDefinition } from './service.ts';

/** One program of the service and how to tell that it is ready. */
export interface EmbeddedService {
  /** Said when it is started. */
  label: string;
  definition: ServiceDefinition;
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
/** A hung edge or origin is noticed within 45 s; one that refuses connections within 15 s. */
const HTTP_MISSES_MAX = 3;
/**
 * Minutes: loading large boundary files holds the one session for long, and that is no fault. A session that a client
 * holds without use is set free by the database itself, much sooner.
 */
const DATABASE_MISSES_MAX = 20;
/**
 * Together the longest that stopping takes. The origin gives its jobs back to the queue within its own limits; the
 * others keep on disk what they have answered for, however they end.
 */
const [ORIGIN_STOP_MS, EDGE_STOP_MS, DATABASE_STOP_MS] = [8_500, 2_500, 4_000];
const EDGE_PROGRAM = path.join(import.meta.dirname, 'edge.program.ts');
/** Said by wrangler when workerd died. The one it starts in its place takes connections and answers none. */
const RUNTIME_CRASHED = /Workers runtime crashed/;

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
    ...(serverUrl === '' ? [databaseService(settings, databasePort, databaseUrl)] : []),
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

type Program = Pick<ServiceDefinition, 'name' | 'args' | 'env' | 'health' | 'fatalOutput' | 'stopTimeoutMs'>;

function define(settings: EmbeddedSettings, program: Program): ServiceDefinition {
  return {
    ...program,
    command: process.execPath,
    onOutput: settings.log.write,
    onRestart: (name, reason) => {
      process.stderr.write(`cutline: ${name}: ${reason}; it is started again, see ${settings.log.file}\n`);
    },
  };
}

function httpHealth(url: string): HealthCheck {
  return { probe: (signal) => probeHttp(url, signal), missesMax: HTTP_MISSES_MAX };
}

function databaseService(settings: EmbeddedSettings, port: number, url: string): EmbeddedService {
  const folder = path.join(settings.dataFolder, 'database');
  const isNew = !existsSync(folder);
  const script = path.join(settings.root, 'origin/database/pglite.server.ts');
  return {
    label: isNew ? 'creating the database (PGlite with PostGIS, some seconds, once)' : 'starting the database',
    definition: define(settings, {
      name: 'database',
      args: [script, '--data', folder, '--port', String(port)],
      env: {},
      health: { probe: (signal) => probeDatabase(url, signal), missesMax: DATABASE_MISSES_MAX },
      stopTimeoutMs: DATABASE_STOP_MS,
    }),
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
  const args = ['dev', '--local', '--ip', LOOPBACK, '--port', String(port), '--inspector-port', '0'];
  args.push('--config', path.join(root, 'wrangler.toml'), '--persist-to', path.join(dataFolder, 'edge'));
  args.push('--env-file', varsFile, '--show-interactive-dev-session=false', '--log-level', 'warn');
  const env = { CI: '1', NO_COLOR: '1', WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' };
  return {
    label: 'starting the edge (workerd)',
    definition: define(settings, {
      name: 'edge',
      args: [EDGE_PROGRAM, ...args],
      env,
      health: httpHealth(`http://${LOOPBACK}:${port}/healthz`),
      fatalOutput: RUNTIME_CRASHED,
      stopTimeoutMs: EDGE_STOP_MS,
    }),
  };
}

function originService(settings: EmbeddedSettings, port: number, env: Record<string, string>): EmbeddedService {
  return {
    label: 'starting the origin (the first time it loads 255 boundaries)',
    definition: define(settings, {
      name: 'origin',
      args: [path.join(settings.root, 'origin/main.ts')],
      env: { HOST: LOOPBACK, PORT: String(port), ...env },
      health: httpHealth(`http://${LOOPBACK}:${port}/healthz`),
      stopTimeoutMs: ORIGIN_STOP_MS,
    }),
  };
}
