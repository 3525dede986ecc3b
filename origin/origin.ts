import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { s3Store } from '../cache/store.s3.ts';
import { folderStore } from '../cache/store.folder.ts';
import type { ObjectStore } from '../cache/store.ts';
import { BUILT_IN_DEFINITIONS } from '../processors/datasets/built-in.ts';
import { loadDefinitions } from '../processors/datasets/definition.load.ts';
import { engines } from '../processors/engines.ts';
import { BoundaryPublisher } from './boundaries/boundary.publish.ts';
import { PreparedCache } from './boundaries/prepared.cache.ts';
import { Preparer } from './boundaries/preparer.ts';
import { loadSampleBoundaries } from './boundaries/sample.load.ts';
import { releasesOf } from './catalogue/catalogue.ts';
import { CataloguePublisher } from './catalogue/catalogue.publish.ts';
import { type SourceSettings, toSourceContext } from './catalogue/source.settings.ts';
import { SourceWatch } from './catalogue/source.watch.ts';
import { ClipMaker } from './clips/clip.maker.ts';
import { ClipReader } from './clips/clip.reader.ts';
import { MATERIALISE, PLAN } from './clips/clip.task.ts';
import { attemptMaterialise } from './clips/materialise.attempt.ts';
import { attemptPlan } from './clips/plan.attempt.ts';
import { Planner } from './clips/planner.ts';
import { Scratch } from './clips/scratch.ts';
import type { OriginConfig, StoreConfig } from './config.ts';
import { Counter } from './counters.ts';
import { type Database, openDatabase } from './database/database.ts';
import { waitForDatabase } from './database/database.wait.ts';
import { migrate } from './database/migrate.ts';
import { originRoutes } from './http/routes.ts';
import { callListener, newHttpServer } from './http/server.ts';
import { JobSignals } from './jobs/job.signals.ts';
import { startQueue } from './jobs/queue.pgboss.ts';
import type { Log } from './log.ts';

/** Running jobs may take this long to end when the origin stops; then they are given back to the queue. */
const STOP_JOBS_TIMEOUT_MS = 5_000;
/** Answers on their way may take this long after that. */
const STOP_ANSWERS_TIMEOUT_MS = 1_500;
const STOP_POLL_MS = 50;
/** Whole clips written at a time: planning, which people wait for, goes first. */
const MATERIALISE_CONCURRENCY = 1;

/** A running origin. */
export interface Origin {
  /** Where it listens. */
  url: string;
  /** Takes no more calls, finishes or gives back what is under way, and closes everything within about 8 s. */
  stop(): Promise<void>;
}

type Stop = () => Promise<void>;

/**
 * Starts the origin: schema, sample boundaries, snapshot, queue, threads, HTTP.
 * @throws {Error} that says what is missing or wrong; whatever was started is stopped then.
 */
export async function startOrigin(config: OriginConfig, log: Log): Promise<Origin> {
  // Stopped in reverse order.
  const stops: Stop[] = [];
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).toReversed()) {
      await step().catch((error: unknown) => log.error('not stopped cleanly', { error }));
    }
  };
  try {
    const url = await start(config, log, stops);
    log.info('ready', { url });
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(config: OriginConfig, log: Log, stops: Stop[]): Promise<string> {
  const releases = releasesOf(await loadDefinitions(definitionFolders(config)), engines);
  await mkdir(config.dataFolder, { recursive: true });
  const scratch = await Scratch.open(config.dataFolder);
  stops.push(() => scratch.remove());
  const database = openDatabase(config.database);
  stops.push(() => database.close());
  const store = openStore(config.store);
  await prepareDatabase(config, database, log);
  const boundaries = new BoundaryPublisher(database, store, log);
  stops.push(() => boundaries.stop());
  await boundaries.start();

  const settings = sourceSettings(config);
  const sources = toSourceContext(settings);
  const watch = new SourceWatch(sources);
  const publisher = new CataloguePublisher({ releases, watch, store, log });
  stops.push(() => publisher.stop());
  await publisher.start();

  const [counter, signals] = [new Counter(), new JobSignals()];
  const preparer = new Preparer();
  stops.push(() => preparer.stop());
  const planner = new Planner({
    threads: config.threads,
    timeoutMs: config.planTimeoutMs,
    sources: settings,
    prepared: new PreparedCache(database, preparer.prepare),
  });
  stops.push(() => planner.stop());
  const server = newHttpServer();
  stops.push(() => drain(server));
  const queue = await startQueue(database, [PLAN, MATERIALISE], log);
  stops.push(() => queue.stop(STOP_JOBS_TIMEOUT_MS));
  const services = { database, store, queue, planner, scratch, signals, sources, counter, log };
  await queue.work(PLAN, config.threads, (attempt) => attemptPlan(services, attempt));
  await queue.work(MATERIALISE, MATERIALISE_CONCURRENCY, (attempt) => attemptMaterialise(services, attempt));

  const maker = new ClipMaker({ database, store, releases, watch, publisher, queue, signals });
  const reader = new ClipReader(database, store, sources);
  const routes = originRoutes({ database, store, maker, reader, prepare: preparer.prepare, counter });
  server.on('request', callListener({ routes, secret: config.secret, log }));
  const url = await listen(server, config);
  stops.push(async () => {
    server.close();
    server.closeIdleConnections();
  });
  return url;
}

function definitionFolders({ datasetFolders, sourceFileRoot }: OriginConfig): Parameters<typeof loadDefinitions>[0] {
  return [BUILT_IN_DEFINITIONS, ...datasetFolders.map((folder) => ({ folder, dataFolder: sourceFileRoot ?? folder }))];
}

function sourceSettings({ allowsHttpSources, sourceFileRoot, sourceS3 }: OriginConfig): SourceSettings {
  return {
    schemes: [
      'https',
      ...(allowsHttpSources ? (['http'] as const) : []),
      ...(sourceS3 === null ? [] : (['s3'] as const)),
      'file',
    ],
    fileRoots: [BUILT_IN_DEFINITIONS.dataFolder, ...(sourceFileRoot === null ? [] : [sourceFileRoot])],
    s3: sourceS3,
  };
}

function openStore(config: StoreConfig): ObjectStore {
  return config.kind === 'folder' ? folderStore(config.folder) : s3Store(config);
}

async function prepareDatabase(config: OriginConfig, database: Database, log: Log): Promise<void> {
  const { databaseWaitMs, loadsSampleBoundaries } = config;
  await waitForDatabase(database, databaseWaitMs, log);
  const migrations = await migrate(database);
  if (migrations.length > 0) log.info('database migrated', { migrations });
  if (loadsSampleBoundaries) await loadSampleBoundaries(database, log);
}

async function listen(server: Server, { host, port }: OriginConfig): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}

/** Lets answers on their way come to their end for a while. */
async function drain(server: Server): Promise<void> {
  const deadlineMs = performance.now() + STOP_ANSWERS_TIMEOUT_MS;
  while ((await countConnections(server)) > 0 && performance.now() < deadlineMs) {
    await sleep(STOP_POLL_MS);
    server.closeIdleConnections();
  }
  server.closeAllConnections();
}

function countConnections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}
