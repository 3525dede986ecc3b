import { createExecutionContext, reset, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { r2Store } from '../../../cache/store.r2.ts';
import worker from '../../../edge/worker.ts';
import { publishSnapshot } from '../../edge/store.fixture.ts';

/** A port that is reserved and where nothing listens. */
const ORIGIN_URL = 'http://127.0.0.1:1';
const ORIGIN_SECRET = 'a secret for tests only';

export const store = r2Store(env.STORE, (sizeBytes) => new FixedLengthStream(sizeBytes));

/** Empties all bindings and publishes the snapshot. */
export async function publishAnew(): Promise<void> {
  await reset();
  await publishSnapshot(store);
}

/** A Worker with its own snapshot, and its answers to requests. */
export function startWorker(vars: Record<string, string> = {}) {
  const bindings = { ...env, ORIGIN_URL, ORIGIN_SECRET, ...vars };
  return async (target: string, init?: RequestInit<IncomingRequestCfProperties>): Promise<Response> => {
    const context = createExecutionContext();
    const request = new Request<unknown, IncomingRequestCfProperties>(`https://edge.example${target}`, init);
    const response = await worker.fetch(request, bindings, context);
    await waitOnExecutionContext(context);
    return response;
  };
}
