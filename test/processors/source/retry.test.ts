import { describe, expect, test } from 'vitest';
import {
  Backoff,
  RetriesExhausted,
  TransientFault,
  parseRetryAfterMs,
  retry,
} from '../../../processors/source/retry.ts';
import { hastyClock } from './hasty.ts';

const policy = { attempts: 5, firstDelayMs: 100, delayMaxMs: 300, retryAfterMaxMs: 5000 };

/** Fails as often as there are failures, then gives `done`. */
function failing(failures: readonly unknown[]): () => Promise<string> {
  let index = 0;
  return async () => {
    if (index < failures.length) throw failures[index++];
    return 'done';
  };
}

const busy = new TransientFault('busy');

describe('retry', () => {
  test.each<[string, unknown[], number[]]>([
    ['no failure, no wait', [], []],
    ['waits double up to their bound', [busy, busy, busy, busy], [50, 100, 150, 150]],
    ['the server is waited for, plus jitter', [new TransientFault('busy', { retryAfterMs: 2000 })], [2050]],
  ])('%s', async (_, failures, waits) => {
    const clock = hastyClock();
    await expect(retry(new Backoff(policy, clock), failing(failures))).resolves.toBe('done');
    expect(clock.waits).toEqual(waits);
  });

  test('gives up after the last attempt and says how often it tried', async () => {
    const clock = hastyClock();
    const outcome = retry(new Backoff(policy, clock), failing(Array.from({ length: 9 }, () => busy)));
    await expect(outcome).rejects.toMatchObject({ name: RetriesExhausted.name, attempts: 5, message: 'busy' });
    expect(clock.waits).toHaveLength(4);
  });

  test('does not wait for a server that asks for longer than allowed', async () => {
    const clock = hastyClock();
    const outcome = retry(new Backoff(policy, clock), failing([new TransientFault('busy', { retryAfterMs: 60_000 })]));
    await expect(outcome).rejects.toMatchObject({ attempts: 1, retryAfterMs: 60_000 });
    expect(clock.waits).toEqual([]);
  });

  test('other failures pass at once', async () => {
    const outcome = retry(new Backoff(policy, hastyClock()), failing([new RangeError('wrong')]));
    await expect(outcome).rejects.toBeInstanceOf(RangeError);
  });

  test('an aborted signal ends the wait', async () => {
    const outcome = retry(new Backoff(policy, hastyClock()), failing([busy]), AbortSignal.abort(new Error('enough')));
    await expect(outcome).rejects.toThrow('enough');
  });
});

test.each<[string | null, number | null]>([
  [null, null],
  ['3', 3000],
  ['0', 0],
  ['Thu, 01 Jan 1970 00:00:10 GMT', 9000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['soon', null],
  ['-1e9x', null],
])('Retry-After %s is %s ms', (text, expected) => {
  expect(parseRetryAfterMs(text, 1000)).toBe(expected);
});
