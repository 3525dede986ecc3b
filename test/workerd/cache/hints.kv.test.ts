import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { kvHints } from '../../../cache/hints.kv.ts';

test('a hint goes through KV and back, with a life that KV takes', async () => {
  const errors: unknown[] = [];
  const hints = kvHints(env.TEST_KV, (error) => errors.push(error));
  const hint = { job: 'job-1', sinceMs: 1_800_000_000_000 };
  expect(await hints.get('key')).toBeNull();
  await hints.put('key', hint);
  expect(await hints.get('key')).toEqual(hint);
  expect((await env.TEST_KV.list({ prefix: 'lock:' })).keys).toMatchObject([{ name: 'lock:key' }]);
  await hints.clear('key');
  expect(await hints.get('key')).toBeNull();
  expect(errors).toEqual([]);
});
