import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { IdleLimit } from '../../../origin/database/idle.limit.ts';

const LIMIT_MS = 50;
const LONG_MS = 200;

describe('the limit of a transaction that waits for something else', () => {
  test('ends one that is idle for too long', async () => {
    const limit = new IdleLimit(LIMIT_MS);
    await expect(limit.during(new Promise<void>(() => undefined))).rejects.toMatchObject({
      kind: 'origin-unavailable',
    });
  });

  test('does not count statements, however long', async () => {
    const limit = new IdleLimit(LIMIT_MS);
    const work = async (): Promise<string> => limit.pause(() => sleep(LONG_MS, 'done'));
    expect(await limit.during(work())).toBe('done');
  });

  test('passes on what the work throws', async () => {
    const limit = new IdleLimit(LIMIT_MS);
    await expect(limit.during(Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
