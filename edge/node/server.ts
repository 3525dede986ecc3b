import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MemoryFlightLock } from '../../cache/flight.memory.ts';
import { NO_HINTS } from '../../cache/hints.none.ts';
import { folderStore } from '../../cache/store.folder.ts';
import { s3Store } from '../../cache/store.s3.ts';
import type { ObjectStore } from '../../cache/store.ts';
import { createHandler } from '../handler.ts';
import { consoleLog } from '../log.ts';
import { httpOrigin } from '../origin.client.ts';
import type { Log } from '../services.ts';
import { readAssets } from './assets.ts';
import type { NodeConfig } from './config.ts';
import { requestListener } from './http.adapter.ts';
import { sizedBody } from './sized.body.ts';

const IDLE_SWEEP_MS = 50;
/** How long open answers may go on after a stop was asked for; process managers kill after 10 s and more. */
const CLOSE_GRACE_MS = 8_000;

/** A running edge. */
export interface EdgeServer {
  /** Where it listens, without a path. */
  url: string;
  /** Takes no new connections and resolves when the open answers are sent, or after some seconds. */
  close(): Promise<void>;
}

/** Starts the edge on `node:http`: store in a folder or S3 bucket, locks in memory, no hints. */
export async function startServer(config: NodeConfig, log: Log = consoleLog): Promise<EdgeServer> {
  const handler = createHandler({
    store: openStore(config),
    flights: new MemoryFlightLock(),
    hints: NO_HINTS,
    origin: httpOrigin({ originUrl: config.ORIGIN_URL, originSecret: config.ORIGIN_SECRET }),
    readAsset: await readAssets(),
    sizedBody,
    now: Date.now,
    log,
  });
  const server = createServer(requestListener(handler, log)).listen(config.PORT, config.HOST);
  await once(server, 'listening');
  return {
    url: urlOf(server.address()),
    close: () => closeGracefully(server),
  };
}

async function closeGracefully(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // A connection whose answer was still being sent becomes idle later, and nothing else would close it soon.
  const sweeper = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  const limit = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearInterval(sweeper);
  clearTimeout(limit);
}

function openStore(config: NodeConfig): ObjectStore {
  if (config.STORE_FOLDER !== undefined) return folderStore(config.STORE_FOLDER);
  return s3Store({
    endpoint: config.STORE_S3_ENDPOINT ?? '',
    bucket: config.STORE_S3_BUCKET ?? '',
    region: config.STORE_S3_REGION,
    accessKeyId: config.STORE_S3_ACCESS_KEY_ID ?? '',
    secretAccessKey: config.STORE_S3_SECRET_ACCESS_KEY ?? '',
  });
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port.');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
