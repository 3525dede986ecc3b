import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { durableFlights } from '../../../edge/flight.durable.ts';

const flights = durableFlights(env.FLIGHTS);

async function claimAndWin(key: string): Promise<number> {
  const claim = await flights.claim(key, 'job');
  if (claim.state !== 'won') throw new Error('The key is held.');
  return claim.token;
}

describe('the lock of a Durable Object', () => {
  test('lets one of 50 win, and tells the others the job', async () => {
    const claims = await Promise.all(Array.from({ length: 50 }, (_, index) => flights.claim('crowd', `job-${index}`)));
    const won = claims.filter(({ state }) => state === 'won');
    expect(won).toHaveLength(1);
    expect(new Set(claims.map(({ job }) => job))).toEqual(new Set([won[0]?.job]));
  });

  test('lets each key be held by another', async () => {
    await claimAndWin('one');
    await claimAndWin('other');
  });

  test('is free again once released, with a greater token', async () => {
    const first = await claimAndWin('released');
    await flights.release('released', first);
    expect(await claimAndWin('released')).toBeGreaterThan(first);
  });

  test('is neither renewed nor released by a stale token', async () => {
    const stale = await claimAndWin('stale');
    await flights.release('stale', stale);
    const token = await claimAndWin('stale');
    expect(await flights.renew('stale', stale)).toBe(false);
    await flights.release('stale', stale);
    expect(await flights.claim('stale', 'job')).toMatchObject({ state: 'busy' });
    expect(await flights.renew('stale', token)).toBe(true);
  });

  test('wakes all that wait when it is released', async () => {
    const token = await claimAndWin('awaited');
    const waiting = Promise.all(Array.from({ length: 10 }, () => flights.wait('awaited', 60_000)));
    await flights.release('awaited', token);
    await waiting;
  });

  test('lets nobody wait for a free key, nor longer than asked', async () => {
    await flights.wait('free', 60_000);
    await claimAndWin('held');
    await flights.wait('held', 10);
    expect(await flights.claim('held', 'job')).toMatchObject({ state: 'busy' });
  });

  test('may be claimed by the next once the lease of a dead holder has run out', async () => {
    const dead = await claimAndWin('dead');
    await runInDurableObject(env.FLIGHTS.getByName('dead'), (_object, { storage }) => {
      storage.kv.put('lease', { lastToken: dead, lease: { job: 'job', token: dead, expiresAtMs: Date.now() - 1 } });
    });
    expect(await claimAndWin('dead')).toBeGreaterThan(dead);
  });

  test('deletes itself by its alarm, but not while it is held', async () => {
    const stub = env.FLIGHTS.getByName('forgotten');
    const entries = () => runInDurableObject(stub, (_object, { storage }) => [...storage.kv.list()].length);
    const token = await claimAndWin('forgotten');
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await entries()).toBe(1);
    await flights.release('forgotten', token);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await entries()).toBe(0);
  });
});
