import { BOUNDARY_BODY_MAX_BYTES, makeClipSchema } from '../../cache/origin-api.ts';
import type { ObjectStore } from '../../cache/store.ts';
import { addGeometry, ensureBbox } from '../boundaries/ad.hoc.ts';
import { publishAdHoc } from '../boundaries/boundary.publish.ts';
import { findBoundariesAt } from '../boundaries/boundary.query.ts';
import type { PrepareBoundary } from '../boundaries/prepare.ts';
import type { ClipMaker } from '../clips/clip.maker.ts';
import type { ClipReader } from '../clips/clip.reader.ts';
import type { Counter } from '../counters.ts';
import type { Database } from '../database/database.ts';
import { json, readJsonBody, readText } from './call.ts';
import type { Route } from './router.ts';

/** Four ids and a number. */
const CLIP_BODY_MAX_BYTES = 16 * 1024;

export interface RouteServices {
  database: Database;
  store: ObjectStore;
  maker: ClipMaker;
  reader: ClipReader;
  prepare: PrepareBoundary;
  counter: Counter;
}

/** The calls of `cache/origin-api.ts`. */
export function originRoutes({ database, store, maker, reader, prepare, counter }: RouteServices): Route[] {
  return [
    { method: 'GET', path: '/healthz', bodyMaxBytes: 0, isOpen: true, handler: () => json({ status: 'ok' }) },
    { method: 'GET', path: '/counters', bodyMaxBytes: 0, handler: () => json(counter.read()) },
    {
      method: 'POST',
      path: '/clips',
      bodyMaxBytes: CLIP_BODY_MAX_BYTES,
      async handler(call) {
        counter.add('makeClipCalls');
        const { waitMs, ...path } = readJsonBody(call, makeClipSchema);
        const made = await maker.make(path, waitMs);
        return json(made, 'record' in made ? 200 : 202);
      },
    },
    {
      method: 'GET',
      path: '/clips/:fingerprint/bytes',
      bodyMaxBytes: 0,
      handler: ({ params, method, headers, signal }) =>
        reader.read(params['fingerprint'] ?? '', { method, headers }, signal),
    },
    {
      method: 'GET',
      path: '/jobs/:id',
      bodyMaxBytes: 0,
      handler: async ({ params }) => json(await maker.job(params['id'] ?? '')),
    },
    {
      method: 'GET',
      path: '/boundaries/at',
      bodyMaxBytes: 0,
      async handler({ url: { searchParams } }) {
        return json(await findBoundariesAt(database, searchParams.get('latitude'), searchParams.get('longitude')));
      },
    },
    {
      method: 'PUT',
      path: '/boundaries/:id',
      bodyMaxBytes: 0,
      async handler({ params }) {
        const entry = await ensureBbox(database, params['id'] ?? '');
        await publishAdHoc(database, store, entry);
        return json(entry);
      },
    },
    {
      method: 'POST',
      path: '/boundaries',
      bodyMaxBytes: BOUNDARY_BODY_MAX_BYTES,
      async handler({ body }) {
        const { repaired, ...entry } = await addGeometry(database, readText(body), prepare);
        await publishAdHoc(database, store, entry);
        return json({ ...entry, repaired });
      },
    },
  ];
}
