import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Semaphore } from '../../../processors/source/semaphore.ts';

test('runs no more tasks at a time than it has permits, in order, and all of them', async () => {
  const semaphore = new Semaphore(3);
  const started: number[] = [];
  let running = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      semaphore.run(async () => {
        started.push(index);
        running += 1;
        most = Math.max(most, running);
        await turn();
        running -= 1;
      }),
    ),
  );
  expect(most).toBe(3);
  expect(started).toEqual(Array.from({ length: 20 }, (_, index) => index));
});

test('a failed task gives its permit back', async () => {
  const semaphore = new Semaphore(1);
  await expect(semaphore.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(semaphore.run(async () => 1)).resolves.toBe(1);
});

test('a task that waits leaves the line when it is aborted, and takes no permit with it', async () => {
  const semaphore = new Semaphore(1);
  let finish = (): void => undefined;
  const first = semaphore.run(() => new Promise<void>((resolve) => (finish = resolve)));
  const abort = new AbortController();
  const second = semaphore.run(async () => 2, abort.signal);
  const third = semaphore.run(async () => 3);
  abort.abort(new Error('enough'));
  await expect(second).rejects.toThrow('enough');
  finish();
  await first;
  await expect(third).resolves.toBe(3);
});

test('a permit count that makes no sense is refused', () => {
  expect(() => new Semaphore(0)).toThrow('1 permit or more, got 0');
});
