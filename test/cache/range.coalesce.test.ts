import { describe, expect, test } from 'vitest';
import { type CoalesceLimits, coalesce } from '../../cache/range.coalesce.ts';

const limits: CoalesceLimits = { gapMaxBytes: 100, runMaxBytes: 1000, overReadShare: 0, overReadFloorBytes: 1000 };
const range = ([offset, length]: readonly [number, number]) => ({ offset, length });

describe('coalesce', () => {
  test.each<[string, [number, number][], Partial<CoalesceLimits>, [number, number][]]>([
    ['nothing', [], {}, []],
    ['one range', [[5, 10]], {}, [[5, 10]]],
    [
      'neighbours without a gap',
      [
        [0, 10],
        [10, 10],
      ],
      { gapMaxBytes: 0 },
      [[0, 20]],
    ],
    [
      'a gap at the limit',
      [
        [0, 10],
        [110, 10],
      ],
      {},
      [[0, 120]],
    ],
    [
      'a gap over the limit',
      [
        [0, 10],
        [111, 10],
      ],
      {},
      [
        [0, 10],
        [111, 10],
      ],
    ],
    [
      'ranges in any order',
      [
        [40, 10],
        [0, 10],
      ],
      {},
      [[0, 50]],
    ],
    [
      'overlapping ranges',
      [
        [0, 30],
        [20, 30],
      ],
      { gapMaxBytes: 0 },
      [[0, 50]],
    ],
    [
      'a range inside another',
      [
        [0, 50],
        [10, 5],
        [60, 5],
      ],
      {},
      [[0, 65]],
    ],
    [
      'equal ranges',
      [
        [7, 3],
        [7, 3],
      ],
      {},
      [[7, 3]],
    ],
    [
      'a run no longer than its limit',
      [
        [0, 400],
        [400, 400],
        [800, 400],
      ],
      {},
      [
        [0, 800],
        [800, 400],
      ],
    ],
    [
      'one range over the run limit',
      [
        [0, 5000],
        [5000, 10],
      ],
      {},
      [
        [0, 5000],
        [5000, 10],
      ],
    ],
    [
      'smallest gaps first under the budget',
      [
        [0, 10],
        [60, 10],
        [75, 10],
        [100, 10],
      ],
      { overReadFloorBytes: 25 },
      [
        [0, 10],
        [60, 50],
      ],
    ],
    [
      'a budget that grows with what is wanted',
      [
        [0, 100],
        [120, 100],
      ],
      { overReadFloorBytes: 0, overReadShare: 0.1 },
      [[0, 220]],
    ],
    [
      'no gap over that budget',
      [
        [0, 100],
        [121, 100],
      ],
      { overReadFloorBytes: 0, overReadShare: 0.1 },
      [
        [0, 100],
        [121, 100],
      ],
    ],
    [
      'empty ranges',
      [
        [10, 0],
        [10, 5],
      ],
      {},
      [[10, 5]],
    ],
  ])('%s', (_, ranges, changed, runs) => {
    expect(coalesce(ranges.map(range), { ...limits, ...changed }).runs).toEqual(runs.map(range));
  });

  test('slices find every range in its run, within all limits, for many random inputs', () => {
    let seed = 42;
    const random = (bound: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed % bound;
    };
    for (let round = 0; round < 300; round += 1) {
      const ranges = Array.from({ length: 1 + random(60) }, () => ({ offset: random(20_000), length: random(300) }));
      const plan = coalesce(ranges, { ...limits, overReadFloorBytes: 500 });
      expect(plan.slices).toHaveLength(ranges.length);
      ranges.forEach(({ offset, length }, index) => {
        const slice = plan.slices[index];
        const run = plan.runs[slice?.run ?? -1];
        expect((run?.offset ?? -1) + (slice?.offset ?? -1)).toBe(offset);
        expect((slice?.offset ?? Infinity) + length).toBeLessThanOrEqual(run?.length ?? -1);
      });
      const covered = new Set(
        ranges.flatMap(({ offset, length }) => Array.from({ length }, (_, byte) => offset + byte)),
      );
      const fetched = new Set(
        plan.runs.flatMap(({ offset, length }) => Array.from({ length }, (_, byte) => offset + byte)),
      );
      expect(fetched.size - covered.size).toBeLessThanOrEqual(500);
      for (const run of plan.runs) expect(run.length).toBeLessThanOrEqual(limits.runMaxBytes);
    }
  });
});
