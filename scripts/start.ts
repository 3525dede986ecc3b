// Runs the whole service on embedded defaults: workerd with local R2, KV and Durable Objects as the edge, PGlite with
// PostGIS as the database (unless DATABASE_URL names a server), and the origin.
import { parseArgs } from 'node:util';
import path from 'node:path';
import { openLog } from './start/log.ts';
import { embeddedServices } from './start/embedded.ts';
import { waitUntilReady } from './start/health.ts';
import { holdDataFolder } from './start/data.folder.ts';
import { freePort, LOOPBACK } from './start/ports.ts';
import { Service } from './start/service.ts';

const DEFAULT_PORT = 8787;

const root = path.resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env['PORT'] ?? String(DEFAULT_PORT) },
    data: { type: 'string', default: process.env['CUTLINE_DATA'] ?? path.join(root, '.cutline') },
    verbose: { type: 'boolean', default: false },
  },
});
const wantedPort = Number(values.port);
if (!Number.isInteger(wantedPort) || wantedPort < 0 || wantedPort > 65_535) {
  console.error(`cutline: --port ${JSON.stringify(values.port)} is not a port; give a number from 0 to 65535.`);
  process.exit(2);
}

const stopping = new AbortController();
const started: Service[] = [];
let release: (() => Promise<void>) | null = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
await run().catch((error: unknown) => {
  if (stopping.signal.aborted) return;
  console.error(`cutline: ${error instanceof Error ? error.message : String(error)}`);
  void stop(1);
});

async function run(): Promise<void> {
  const dataFolder = path.resolve(values.data);
  const port = await freePort(wantedPort);
  const url = `http://${LOOPBACK}:${port}`;
  // Before anything is written: the folder may be that of a running service.
  release = await holdDataFolder(dataFolder, url);
  if (wantedPort !== 0 && port !== wantedPort) say(`port ${wantedPort} is taken, using ${port}`);
  const log = openLog(dataFolder, values.verbose);
  say(`starting; data in ${dataFolder}, log in ${log.file}`);
  const services = await embeddedServices({ root, dataFolder, port, log });
  for (const { label, definition } of services) {
    if (stopping.signal.aborted) return;
    say(label);
    const service = new Service(definition);
    started.push(service);
    service.start();
    await waitUntilReady(definition.name, definition.health, stopping.signal);
  }
  announce(url);
}

function announce(url: string): void {
  console.log(`
Cutline is running at ${url}

  curl -O ${url}/packages/zaf/admin1_zones/4.1.0/admin1_zones-4.1.0-zaf.tif
  curl -O ${url}/packages/zaf/ne_rivers/3.0.0/ne_rivers-3.0.0-zaf.fgb

Ctrl-C stops it.
`);
}

async function stop(code: number): Promise<void> {
  if (stopping.signal.aborted) return;
  stopping.abort(new Error('stopping'));
  if (release === null) process.exit(code);
  say('stopping …');
  // In reverse, so that each ends while what it depends on still answers.
  for (const service of started.toReversed()) await service.stop();
  await release();
  say('stopped');
  process.exit(code);
}

function say(text: string): void {
  process.stderr.write(`cutline: ${text}\n`);
}
