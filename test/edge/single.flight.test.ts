import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FlightLock, Hints } from '../../cache/flight.ts';
import { MemoryFlightLock } from '../../cache/flight.memory.ts';
import type { ClipRecord } from '../../cache/record.ts';
import { type Edge, startEdge } from './edge.fixture.ts';
import { handlerOn } from './handler.fixture.ts';
import { noise, pointTo, RELIEF_URL, reliefFingerprint, writeClip } from './store.fixture.ts';

const LEASE_MS = 200;

let edge: Edge;
let key: string;
let record: ClipRecord;
beforeEach(async () => {
  edge = await startEdge();
  key = await reliefFingerprint();
  record = await writeClip(edge.store, { fingerprint: key, stored: noise(1000) });
  edge.origin.answer = async () => {
    await pointTo(edge.store, record);
    return { status: 200, body: { state: 'ready', job: 'job-1', record } };
  };
});
afterEach(() => edge.stop());

const fail = () => Promise.reject(new Error('out of order'));
const noLock: FlightLock = { claim: fail, renew: fail, release: fail, wait: fail };
const noHint: Hints = { get: fail, put: fail, clear: fail };

/** Hints that are kept, as KV does when all goes well. */
function keptHints(): Hints & { kept: Map<string, unknown> } {
  const kept = new Map<string, { job: string; sinceMs: number }>();
  return {
    kept,
    get: (name) => Promise.resolve(kept.get(name) ?? null),
    put: (name, hint) => Promise.resolve(void kept.set(name, hint)),
    clear: (name) => Promise.resolve(void kept.delete(name)),
  };
}

describe('the layers above the origin', () => {
  test.each([
    ['the lock fails', { flights: noLock }],
    ['the hints fail', { hints: noHint }],
    ['both fail', { flights: noLock, hints: noHint }],
  ])('are not needed: %s', async (_reason, given) => {
    const get = await handlerOn(edge, given);
    expect((await get(RELIEF_URL)).status).toBe(200);
    expect(edge.origin.calls).toHaveLength(1);
  });

  test('may be wrong: a hint without a flight costs one look', async () => {
    const hints = keptHints();
    await hints.put(key, { job: 'long-gone', sinceMs: 0 });
    const get = await handlerOn(edge, { hints });
    expect((await get(RELIEF_URL)).headers.get('cache-status')).toContain('fwd=miss; stored');
    expect(edge.origin.calls).toHaveLength(1);
  });

  test('are cleared when the clip is there, and when it failed', async () => {
    const hints = keptHints();
    const flights = new MemoryFlightLock();
    const get = await handlerOn(edge, { hints, flights });
    const { answer } = edge.origin;
    edge.origin.answer = () => ({ status: 500 });
    expect((await get(RELIEF_URL)).status).toBe(503);
    edge.origin.answer = answer;
    expect((await get(RELIEF_URL)).status).toBe(200);
    expect(hints.kept.size).toBe(0);
    expect(await flights.claim(key, 'next')).toMatchObject({ state: 'won' });
  });

  test('pass on when their holder has died: the next one goes on after its lease', async () => {
    const flights = new MemoryFlightLock({ leaseMs: LEASE_MS });
    await flights.claim(key, 'dead');
    const get = await handlerOn(edge, { flights });
    const responses = await Promise.all([get(RELIEF_URL), get(RELIEF_URL), get(RELIEF_URL)]);
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(edge.origin.calls).toHaveLength(1);
  });
});
