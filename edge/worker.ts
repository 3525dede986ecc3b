import { kvHints } from '../cache/hints.kv.ts';
import { NO_HINTS } from '../cache/hints.none.ts';
import { r2Store } from '../cache/store.r2.ts';
import { readConfig, workerConfigSchema } from './config.ts';
import { durableFlights } from './flight.durable.ts';
import type { FlightObject } from './flight.object.ts';
import { createHandler } from './handler.ts';
import { consoleLog } from './log.ts';
import { httpOrigin } from './origin.client.ts';
import { problemAnswer } from './problem.answer.ts';
import type { RequestHandler } from './services.ts';

export { FlightObject } from './flight.object.ts';

/** Bindings and variables of wrangler.toml. */
export interface Env {
  /** The store. */
  STORE: R2Bucket;
  /** Hints of single flight. */
  KV: KVNamespace;
  /** Locks of single flight. */
  FLIGHTS: DurableObjectNamespace<FlightObject>;
  /** Files of the web page. */
  ASSETS: Fetcher;
  ORIGIN_URL: string;
  ORIGIN_SECRET: string;
  HINTS?: string;
}

/** One handler per set of bindings, which is one per isolate: it keeps the snapshot between requests. */
const handlers = new WeakMap<Env, RequestHandler>();

export default {
  async fetch(request, env, context) {
    try {
      const handler = handlers.get(env) ?? workerHandler(env);
      handlers.set(env, handler);
      return await handler(request, context);
    } catch (error) {
      // A wrong configuration: the log says which variable.
      return problemAnswer(request, error, consoleLog);
    }
  },
} satisfies ExportedHandler<Env>;

function workerHandler(env: Env): RequestHandler {
  const config = readConfig(workerConfigSchema, env);
  const onHintError = (error: unknown): void => consoleLog('hint-failed', { error: String(error) });
  return createHandler({
    store: r2Store(env.STORE, (sizeBytes) => new FixedLengthStream(sizeBytes)),
    flights: durableFlights(env.FLIGHTS),
    hints: config.HINTS === 'on' ? kvHints(env.KV, onHintError) : NO_HINTS,
    origin: httpOrigin({ originUrl: config.ORIGIN_URL, originSecret: config.ORIGIN_SECRET }),
    readAsset: (name) => readAsset(env.ASSETS, name),
    sizedBody: (body, sizeBytes) => body.pipeThrough(new FixedLengthStream(sizeBytes)),
    now: Date.now,
    log: consoleLog,
  });
}

async function readAsset(assets: Fetcher, name: string): Promise<Response | null> {
  // Only the path counts.
  const response = await assets.fetch(`https://assets.invalid/${name}`);
  if (response.ok) return response;
  await response.body?.cancel();
  return null;
}
