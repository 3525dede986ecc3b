import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Claim } from '../../cache/flight.ts';
import { MemoryFlightLock } from '../../cache/flight.memory.ts';
import { blobKey, clipKey, recipeKey } from '../../cache/keys.ts';
import { makeClipSchema } from '../../cache/origin-api.ts';
import type { ClipRecord } from '../../cache/record.ts';
import { type Edge, startEdge } from './edge.fixture.ts';
import { handlerOn } from './handler.fixture.ts';
import { job, type OriginAnswer } from './origin.double.ts';
import { noise, pointTo, RELIEF_PATH, RELIEF_URL, reliefFingerprint, writeClip } from './store.fixture.ts';

const FILE = noise(5000);

let edge: Edge;
beforeEach(async () => {
  edge = await startEdge();
});
afterEach(() => edge.stop());

/** What the origin does when a clip is ready: the record and the pointer are written before it answers. */
async function ready(record: ClipRecord): Promise<OriginAnswer> {
  await pointTo(edge.store, record);
  return { status: 200, body: { state: 'ready', job: 'job-1', record } };
}

async function fileRecord(): Promise<ClipRecord> {
  return writeClip(edge.store, { fingerprint: await reliefFingerprint(), stored: FILE });
}

const makeCalls = () => edge.origin.calls.filter(({ target }) => target === '/clips');

describe('the first request', () => {
  test('has the clip made and gets it; the second finds it', async () => {
    const record = await fileRecord();
    edge.origin.answer = () => ready(record);
    const first = await edge.fetch(RELIEF_URL);
    expect([first.status, first.headers.get('cache-status')]).toEqual([200, 'cutline; fwd=miss; stored']);
    expect(new Uint8Array(await first.arrayBuffer())).toEqual(FILE);
    const second = await edge.fetch(RELIEF_URL);
    expect(second.headers.get('cache-status')).toBe('cutline; hit');
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
    await second.arrayBuffer();
    expect(makeCalls()).toHaveLength(1);
  });

  test('asks in short calls until the clip is ready', async () => {
    const record = await fileRecord();
    const answers = [
      { status: 202, body: job({ progress: 10 }) },
      { status: 202, body: job({ progress: 60 }) },
    ];
    edge.origin.answer = () => answers.shift() ?? ready(record);
    const response = await edge.fetch(RELIEF_URL);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(FILE);
    const waits = makeCalls().map(({ body }) => makeClipSchema.parse(JSON.parse(body)).waitMs);
    expect(waits).toHaveLength(3);
    expect(Math.max(...waits)).toBeLessThanOrEqual(5000);
  });

  test('of 50 at once is the only one that asks the origin', async () => {
    const record = await fileRecord();
    edge.origin.answer = async () => {
      // The others arrive meanwhile.
      await new Promise((resolve) => {
        setTimeout(resolve, 300);
      });
      return ready(record);
    };
    const responses = await Promise.all(Array.from({ length: 50 }, () => edge.fetch(RELIEF_URL)));
    const bodies = await Promise.all(responses.map(async (response) => new Uint8Array(await response.arrayBuffer())));
    expect(responses.every(({ status }) => status === 200)).toBe(true);
    for (const body of bodies) expect(body).toEqual(FILE);
    expect(makeCalls()).toHaveLength(1);
    const statuses = responses.map(({ headers }) => headers.get('cache-status'));
    expect(statuses.filter((status) => status === 'cutline; fwd=miss; stored')).toHaveLength(1);
    expect(statuses).toContain('cutline; fwd=miss; stored; collapsed');
  });

  test('of HEAD has it made too, and answers as GET would', async () => {
    const record = await fileRecord();
    edge.origin.answer = () => ready(record);
    const response = await edge.fetch(RELIEF_URL, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '5000']);
  });

  test('after a failed one asks again', async () => {
    const record = await fileRecord();
    const answers: OriginAnswer[] = [{ status: 500, body: 'broken' }];
    edge.origin.answer = () => answers.shift() ?? ready(record);
    expect((await edge.fetch(RELIEF_URL)).status).toBe(503);
    expect((await edge.fetch(RELIEF_URL)).status).toBe(200);
  });
});

describe('a clip that takes longer than the request may wait', () => {
  beforeEach(() => {
    edge.origin.answer = () => ({ status: 202, body: job() });
  });

  test.each([
    ['respond-async', 'respond-async'],
    ['wait=0', 'wait=0'],
    ['respond-async, wait=0', 'respond-async, wait=0'],
  ])('is 202 with its job for Prefer: %s', async (prefer, applied) => {
    const response = await edge.fetch(RELIEF_URL, { headers: { prefer } });
    expect(response.status).toBe(202);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      location: '/jobs/job-1',
      'retry-after': '2',
      'preference-applied': applied,
      'cache-control': 'no-store',
      'content-type': 'application/json',
    });
    expect(await response.json()).toMatchObject({ state: 'running', progress: 40, result: `/packages/${RELIEF_PATH}` });
  });

  test('is a page that follows the job for a browser', async () => {
    const headers = { prefer: 'wait=0', accept: 'text/html,*/*;q=0.8' };
    const response = await edge.fetch(RELIEF_URL, { headers });
    expect([response.status, response.headers.get('content-type')]).toEqual([202, 'text/html; charset=utf-8']);
    const page = await response.text();
    expect(page).toContain('data-job="/jobs/job-1"');
    expect(page).toContain(`data-clip="/packages/${RELIEF_PATH}"`);
  });

  test('has a status of its own', async () => {
    edge.origin.answer = ({ target }) => (target === '/jobs/job-1' ? { status: 200, body: job() } : { status: 500 });
    const response = await edge.fetch('/jobs/job-1');
    expect(await response.json()).toMatchObject({ id: 'job-1', state: 'running', status: '/jobs/job-1' });
    const page = await edge.fetch('/jobs/job-1?f=html');
    expect(await page.text()).toContain('role="status">Planning');
  });
});

describe('what the origin refuses', () => {
  test.each([
    ['no-coverage', 422],
    ['source-missing', 502],
    ['overloaded', 503],
    ['unknown-file', 404],
  ])('%s is passed on', async (kind, status) => {
    const body = { type: `urn:cutline:problem:${kind}`, title: '', status, detail: 'Because.', hint: 1 };
    edge.origin.answer = () => ({ status, body, headers: { 'retry-after': '7' } });
    const response = await edge.fetch(RELIEF_URL);
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, '7']);
    expect(await response.json()).toMatchObject({ type: body.type, status, detail: 'Because.', hint: 1 });
  });

  test('a failed job is its problem', async () => {
    const problem = { type: 'urn:cutline:problem:invalid-source', title: '', status: 502, detail: 'Cut short.' };
    edge.origin.answer = () => ({ status: 202, body: job({ state: 'failed', problem }) });
    const response = await edge.fetch(RELIEF_URL);
    expect(await response.json()).toMatchObject({ type: problem.type, detail: 'Cut short.' });
  });

  test.each([
    ['a page of a proxy', { status: 502, body: '<html>' }],
    ['JSON of another form', { status: 200, body: { hello: 1 } }],
    [
      'a signature that it does not accept',
      { status: 401, body: { type: 'urn:cutline:problem:unauthorised', detail: '' } },
    ],
  ])('%s is origin-unavailable', async (_reason, answer) => {
    edge.origin.answer = () => answer;
    const response = await edge.fetch(RELIEF_URL);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ type: 'urn:cutline:problem:origin-unavailable' });
    expect(response.headers.get('retry-after')).toBe('10');
  });

  test('a dataset without a readable source is asked for all the same', async () => {
    const body = { type: 'urn:cutline:problem:source-missing', title: '', status: 502, detail: 'Gone.' };
    edge.origin.answer = () => ({ status: 502, body });
    expect((await edge.fetch('/packages/gmb/gone/1.0/gone-1.0-gmb.tif')).status).toBe(502);
  });
});

test('a clip whose source has changed is served as it is while the new one is made', async () => {
  const old = await writeClip(edge.store, { fingerprint: await reliefFingerprint('"older"'), stored: FILE });
  await pointTo(edge.store, old);
  const renewed = noise(6000, 2);
  const fresh = await writeClip(edge.store, { fingerprint: await reliefFingerprint(), stored: renewed });
  edge.origin.answer = () => ready(fresh);
  const first = await edge.fetch(RELIEF_URL);
  expect(first.headers.get('cache-status')).toBe('cutline; hit; detail=stale');
  expect(new Uint8Array(await first.arrayBuffer())).toEqual(FILE);
  const etagNow = async () => (await edge.fetch(RELIEF_URL, { method: 'HEAD' })).headers.get('etag');
  await expect.poll(etagNow).toBe(fresh.etag);
  expect(makeCalls()).toHaveLength(1);
});

/** Another request holds the lock, and gives up once it is waited for: the pointer means what it meant before. */
class AbandonedFlight extends MemoryFlightLock {
  waits = 0;
  #token = 0;

  override async claim(key: string, holder: string): Promise<Claim> {
    const claim = await super.claim(key, holder);
    if (claim.state === 'won') this.#token = claim.token;
    return claim;
  }

  override async wait(key: string, timeoutMs: number): Promise<void> {
    this.waits += 1;
    await this.release(key, this.#token);
    await super.wait(key, timeoutMs);
  }
}

describe('a clip that the store has lost', () => {
  const lose = async (record: ClipRecord, keys: ((fingerprint: string) => string)[]) => {
    for (const key of keys) await edge.store.delete(key(record.fingerprint));
  };

  test.each([
    ['all of it', [clipKey, recipeKey, blobKey]],
    ['the file and the recipe', [clipKey, recipeKey]],
    ['the file and the blob', [clipKey, blobKey]],
  ])('%s: is made again, by the origin', async (_reason, keys) => {
    const record = await fileRecord();
    await pointTo(edge.store, record);
    await lose(record, keys);
    edge.origin.answer = async () => ready(await fileRecord());
    const response = await edge.fetch(RELIEF_URL);
    expect([response.status, response.headers.get('cache-status')]).toEqual([200, 'cutline; fwd=miss; stored']);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(FILE);
  });

  test('is asked of the origin by a request that waited for another in vain', async () => {
    const record = await fileRecord();
    await pointTo(edge.store, record);
    await lose(record, [clipKey, recipeKey, blobKey]);
    edge.origin.answer = async () => ready(await fileRecord());
    const flights = new AbandonedFlight();
    await flights.claim(record.fingerprint, 'another');
    const response = await (await handlerOn(edge, { flights }))(RELIEF_URL);
    expect([response.status, flights.waits]).toEqual([200, 1]);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(FILE);
  });

  test('but for its recipe and blob is served by them, and stored anew behind the reader', async () => {
    const record = await fileRecord();
    await pointTo(edge.store, record);
    await lose(record, [clipKey]);
    edge.origin.answer = async () => ready(await fileRecord());
    const response = await edge.fetch(RELIEF_URL);
    expect(response.headers.get('cache-status')).toBe('cutline; hit; detail=virtual');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(FILE);
    await expect.poll(() => edge.store.head(clipKey(record.fingerprint))).not.toBeNull();
    expect(makeCalls()).toHaveLength(1);
  });
});
