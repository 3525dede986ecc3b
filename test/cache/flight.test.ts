import { describe, expect, test } from 'vitest';
import { claimLease, FREE_LEASE, releaseLease, remainingLeaseMs, renewLease } from '../../cache/flight.lease.ts';
import { MemoryFlightLock } from '../../cache/flight.memory.ts';

const LEASE_MS = 1000;

describe('lease', () => {
  const first = claimLease(FREE_LEASE, 'job-1', 10_000, LEASE_MS);

  test('a free key is won, until the lease runs out', () => {
    expect(first.claim).toEqual({ state: 'won', job: 'job-1', token: 10_000, expiresAtMs: 11_000 });
  });

  test.each([
    [10_000, 'busy'],
    [10_999, 'busy'],
    [11_000, 'won'],
  ])('at %s ms another claim is %s', (nowMs, expected) => {
    const { state, claim } = claimLease(first.state, 'job-2', nowMs, LEASE_MS);
    expect(claim.state).toBe(expected);
    expect(claim.job).toBe(expected === 'busy' ? 'job-1' : 'job-2');
    if (expected === 'busy') expect(state).toBe(first.state);
  });

  test('tokens grow, even when the clock stands still, goes back, or the state was lost', () => {
    const released = releaseLease(first.state, 10_000) ?? FREE_LEASE;
    const tokens = [10_000, 10_000, 5000, 0].map((nowMs) => claimLease(released, 'job', nowMs, LEASE_MS).claim);
    expect(tokens.map((claim) => (claim.state === 'won' ? claim.token : null))).toEqual([
      10_001, 10_001, 10_001, 10_001,
    ]);
    expect(claimLease(FREE_LEASE, 'job', 10_500, LEASE_MS).claim).toMatchObject({ token: 10_500 });
  });

  test('the holder renews, also late as long as nobody else came', () => {
    expect(renewLease(first.state, 10_000, 10_500, LEASE_MS)?.lease?.expiresAtMs).toBe(11_500);
    expect(renewLease(first.state, 10_000, 99_000, LEASE_MS)?.lease?.expiresAtMs).toBe(100_000);
  });

  test('a stale token neither renews nor releases', () => {
    const second = claimLease(first.state, 'job-2', 11_000, LEASE_MS);
    expect(renewLease(second.state, 10_000, 11_001, LEASE_MS)).toBeNull();
    expect(releaseLease(second.state, 10_000)).toBeNull();
    expect(renewLease(FREE_LEASE, 0, 11_001, LEASE_MS)).toBeNull();
  });

  test('a released key is free', () => {
    const released = releaseLease(first.state, 10_000);
    expect(released).toEqual({ lastToken: 10_000, lease: null });
    expect(remainingLeaseMs(released ?? first.state, 10_000)).toBe(0);
  });

  test.each([
    [10_000, 1000],
    [10_999, 1],
    [12_000, 0],
  ])('at %s ms %s ms remain', (nowMs, expected) => {
    expect(remainingLeaseMs(first.state, nowMs)).toBe(expected);
  });
});

describe('MemoryFlightLock', () => {
  test('of 50 callers one wins, and all hear the same job', async () => {
    const lock = new MemoryFlightLock();
    const claims = await Promise.all(Array.from({ length: 50 }, (_, index) => lock.claim('key', `job-${index}`)));
    expect(claims.filter(({ state }) => state === 'won')).toHaveLength(1);
    expect(new Set(claims.map(({ job }) => job)).size).toBe(1);
  });

  test('keys do not meet', async () => {
    const lock = new MemoryFlightLock();
    expect((await lock.claim('a', 'job')).state).toBe('won');
    expect((await lock.claim('b', 'job')).state).toBe('won');
  });

  test('a lease that ran out is taken over, and its holder cannot renew or release', async () => {
    let nowMs = 0;
    const lock = new MemoryFlightLock({ leaseMs: LEASE_MS, now: () => nowMs });
    const first = await lock.claim('key', 'job-1');
    nowMs = LEASE_MS;
    const second = await lock.claim('key', 'job-2');
    if (first.state !== 'won' || second.state !== 'won') throw new Error('both should have won');
    expect(second.token).toBeGreaterThan(first.token);
    expect(await lock.renew('key', first.token)).toBe(false);
    await lock.release('key', first.token);
    expect(await lock.claim('key', 'job-3')).toMatchObject({ state: 'busy', job: 'job-2' });
  });

  test('tokens grow from flight to flight of a key', async () => {
    const lock = new MemoryFlightLock({ now: () => 5 });
    const tokens: number[] = [];
    for (let flight = 0; flight < 3; flight += 1) {
      const claim = await lock.claim('key', 'job');
      if (claim.state !== 'won') throw new Error('the key should be free');
      tokens.push(claim.token);
      await lock.release('key', claim.token);
    }
    expect(tokens).toEqual([5, 6, 7]);
  });

  test('waiting ends with the flight', async () => {
    const lock = new MemoryFlightLock();
    const claim = await lock.claim('key', 'job');
    if (claim.state !== 'won') throw new Error('the key should be free');
    let ended = 0;
    const waiters = Array.from({ length: 3 }, () => lock.wait('key', 60_000).then(() => (ended += 1)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ended).toBe(0);
    await lock.release('key', claim.token);
    await Promise.all(waiters);
    expect(ended).toBe(3);
  });

  test('waiting ends when the lease runs out, unless it was renewed', async () => {
    const lock = new MemoryFlightLock({ leaseMs: 60 });
    const claim = await lock.claim('key', 'job');
    if (claim.state !== 'won') throw new Error('the key should be free');
    const waiting = lock.wait('key', 60_000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await lock.renew('key', claim.token)).toBe(true);
    await waiting;
    expect((await lock.claim('key', 'next')).state).toBe('won');
  });

  test('waiting ends in time, and at once for a key that nobody holds', async () => {
    const lock = new MemoryFlightLock();
    await lock.wait('free', 60_000);
    await lock.claim('key', 'job');
    await lock.wait('key', 10);
    expect((await lock.claim('key', 'job-2')).state).toBe('busy');
  });
});
