import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { folderStore } from '../../cache/store.folder.ts';
import type { ObjectStore } from '../../cache/store.ts';
import { readConfig } from '../../edge/config.ts';
import { nodeConfigSchema } from '../../edge/node/config.ts';
import { startServer } from '../../edge/node/server.ts';
import { ORIGIN_SECRET, type OriginDouble, startOrigin } from './origin.double.ts';
import { publishSnapshot } from './store.fixture.ts';

/** The edge in Node with a real folder store, and an origin that does as it is told. */
export interface Edge {
  url: string;
  store: ObjectStore;
  origin: OriginDouble;
  /** What the edge wrote to its log. */
  logged: Readonly<Record<string, unknown>>[];
  fetch(target: string, init?: RequestInit): Promise<Response>;
  /** Sends a path as it stands, which `fetch` would tidy up. */
  raw(target: string, method?: string): Promise<{ status: number; body: string }>;
  stop(): Promise<void>;
}

export async function startEdge(options: { originDown?: boolean } = {}): Promise<Edge> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cutline-edge-'));
  const store = folderStore(folder);
  const logged: Edge['logged'] = [];
  await publishSnapshot(store);
  const origin = await startOrigin();
  if (options.originDown === true) await origin.stop();
  const server = await startServer(
    readConfig(nodeConfigSchema, {
      PORT: '0',
      STORE_FOLDER: folder,
      ORIGIN_URL: origin.url,
      ORIGIN_SECRET,
    }),
    (event, fields) => logged.push({ event, ...fields }),
  );
  return {
    url: server.url,
    store,
    origin,
    logged,
    fetch: (target, init) => fetch(server.url + target, { redirect: 'manual', ...init }),
    raw: (target, method = 'GET') => raw(server.url, target, method),
    async stop() {
      await server.close();
      if (options.originDown !== true) await origin.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function raw(base: string, target: string, method: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const call = httpRequest({ hostname, port, path: target, method, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    call.on('error', reject).end();
  });
}
