import { Piscina } from 'piscina';
import { afterAll, describe, expect, test } from 'vitest';
import { Problem } from '../../../cache/problem.ts';
import { runLimited } from '../../../origin/threads/limited.run.ts';
import type { Trial } from './trying.worker.ts';

const pool = new Piscina<Trial, string>({
  filename: new URL('trying.worker.ts', import.meta.url).href,
  minThreads: 0,
  maxThreads: 1,
  resourceLimits: { maxOldGenerationSizeMb: 32 },
  atomics: 'disabled',
});
afterAll(() => pool.destroy());

const run = (trial: Trial, timeoutMs: number, signal?: AbortSignal): Promise<string> =>
  runLimited(pool, trial, {
    what: 'Trying',
    timeoutMs,
    advice: 'Give it up.',
    ...(signal === undefined ? {} : { signal }),
  });
/** Never reached. */
const LONG_MS = 60_000;

async function problemOf(running: Promise<string>): Promise<Pick<Problem, 'kind' | 'message'> | unknown> {
  const error: unknown = await running.catch((reason: unknown) => reason);
  return error instanceof Problem ? { kind: error.kind, message: error.message } : error;
}

describe('a task in a thread', () => {
  test('gives its result', async () => {
    expect(await run('answer', LONG_MS)).toBe('answer');
  });

  test('that never ends is ended after its time, and the next one gets a thread', async () => {
    const message = 'Trying took longer than 0.5 s and was given up. Give it up.';
    expect(await problemOf(run('loop', 500))).toEqual({ kind: 'too-costly', message });
    expect(await run('answer', LONG_MS)).toBe('answer');
  });

  test('that takes all memory is ended, and the next one gets a thread', async () => {
    const message = 'Trying took more memory than a thread may have. Give it up.';
    expect(await problemOf(run('hoard', LONG_MS))).toEqual({ kind: 'too-costly', message });
    expect(await run('answer', LONG_MS)).toBe('answer');
  });

  test('that kills its thread is an error, and the next one gets a thread', async () => {
    await expect(run('die', LONG_MS)).rejects.toThrow(/exit/);
    expect(await run('answer', LONG_MS)).toBe('answer');
  });

  test('that is called off ends with that, not with a problem of its own', async () => {
    const stopping = new AbortController();
    const running = run('loop', LONG_MS, stopping.signal);
    stopping.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(await run('answer', LONG_MS)).toBe('answer');
  });
});
