import { describe, expect, test } from 'vitest';
import { type HintNamespace, kvHints } from '../../cache/hints.kv.ts';
import { NO_HINTS } from '../../cache/hints.none.ts';

const FAILING: HintNamespace = {
  get: () => Promise.reject(new Error('KV is down')),
  put: () => Promise.reject(new Error('KV is down')),
  delete: () => {
    throw new Error('KV is down');
  },
};

describe('kvHints', () => {
  test('never fails a request', async () => {
    const errors: unknown[] = [];
    const hints = kvHints(FAILING, (error) => errors.push(error));
    expect(await hints.get('key')).toBeNull();
    await hints.put('key', { job: 'job', sinceMs: 1 });
    await hints.clear('key');
    expect(errors).toHaveLength(3);
  });

  test.each(['', 'not JSON', '{}', '{"job":1,"sinceMs":1}', 'null'])('takes %j for no hint', async (text) => {
    expect(await kvHints({ ...FAILING, get: () => Promise.resolve(text) }).get('key')).toBeNull();
  });
});

test('NO_HINTS keeps nothing', async () => {
  await NO_HINTS.put('key', { job: 'job', sinceMs: 1 });
  expect(await NO_HINTS.get('key')).toBeNull();
  await NO_HINTS.clear('key');
});
