import { describe, expect, it } from 'vitest';
import { type Exchange, roundTrips } from '../../../scripts/bench/round.trips.ts';

const exchange = (startMs: number, endMs: number): Exchange => ({ startMs, endMs, bytes: 1 });

describe('round trips one after another', () => {
  it.each([
    ['none', [], 0],
    ['requests at the same time as one', [exchange(0, 30), exchange(1, 31), exchange(2, 32)], 1],
    ['a request begun when another was answered', [exchange(0, 30), exchange(30, 60)], 2],
    [
      'the longest chain, whatever the order',
      [exchange(61, 90), exchange(0, 30), exchange(5, 80), exchange(31, 60)],
      3,
    ],
    ['a request never answered as one that none waited for', [exchange(0, Infinity), exchange(50, 80)], 1],
  ])('counts %s', (_name, exchanges, expected) => expect(roundTrips(exchanges)).toBe(expected));
});
