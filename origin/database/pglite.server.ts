// Runs PGlite with PostGIS behind a socket, as a process of its own: its queries block the event loop.
//   node origin/database/pglite.server.ts --data FOLDER --port N
import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { postgis } from '@electric-sql/pglite-postgis';
import { releaseFolder, takeFolder } from './pglite.lock.ts';
import { serveSocket } from './pglite.socket.ts';

const LOOPBACK = '127.0.0.1';
/** The origin, the supervisor's probe, a loader and people with psql; all share one session and take turns. */
const CONNECTIONS_MAX = 16;

const { values } = parseArgs({ options: { data: { type: 'string' }, port: { type: 'string' } } });
const port = Number(values.port);
if (values.data === undefined || !Number.isInteger(port) || port < 1 || port > 65_535) {
  process.stderr.write('usage: pglite.server.ts --data FOLDER --port N (1 to 65535)\n');
  process.exit(2);
}
await serve(values.data, port);

async function serve(folder: string, listenPort: number): Promise<void> {
  const stopped = stopSignal();
  await mkdir(folder, { recursive: true });
  await takeFolder(folder, { pid: process.pid, url: `postgres://postgres@${LOOPBACK}:${listenPort}/postgres` });
  const database = await PGlite.create({ dataDir: folder, extensions: { postgis, pg_trgm } });
  const server = await serveSocket(database, {
    host: LOOPBACK,
    port: listenPort,
    connectionsMax: CONNECTIONS_MAX,
    // Started again, it recovers what was committed.
    onFatal(error) {
      process.stderr.write(`pglite: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  });
  process.stdout.write(`pglite: ready on ${LOOPBACK}:${listenPort}\n`);
  await stopped;
  await server.stop();
  await database.close();
  await releaseFolder(folder);
  process.exit(0);
}

/** Resolves when the process is asked to end or the process that started it is gone. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
    process.on('disconnect', () => resolve());
  });
}
