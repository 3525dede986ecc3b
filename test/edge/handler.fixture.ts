import { MemoryFlightLock } from '../../cache/flight.memory.ts';
import { NO_HINTS } from '../../cache/hints.none.ts';
import { createHandler } from '../../edge/handler.ts';
import { readAssets } from '../../edge/node/assets.ts';
import { sizedBody } from '../../edge/node/sized.body.ts';
import { httpOrigin } from '../../edge/origin.client.ts';
import type { Services } from '../../edge/services.ts';
import type { Edge } from './edge.fixture.ts';
import { ORIGIN_SECRET } from './origin.double.ts';

/** The handler by itself on an edge's store and origin, with other services where a test gives them. */
export async function handlerOn(edge: Edge, given: Partial<Services>): Promise<(target: string) => Promise<Response>> {
  const handler = createHandler({
    store: edge.store,
    flights: new MemoryFlightLock(),
    hints: NO_HINTS,
    origin: httpOrigin({ originUrl: edge.origin.url, originSecret: ORIGIN_SECRET }),
    readAsset: await readAssets(),
    sizedBody,
    now: Date.now,
    log: (event, fields) => edge.logged.push({ event, ...fields }),
    ...given,
  });
  return (target) => handler(new Request(`http://edge${target}`), { waitUntil: () => {} });
}
