import type { Call } from '../call.ts';

/** `GET /healthz`: the process answers. Says nothing of store and origin. */
export function getHealth(_call: Call): Promise<Response> {
  return Promise.resolve(Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } }));
}
