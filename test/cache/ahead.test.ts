import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { runAhead } from '../../cache/ahead.ts';
import { integer, seededRandom } from './random.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('runAhead', () => {
  test('gives all results in order and never holds more than it may, however long tasks take', async () => {
    const random = seededRandom(1);
    for (const bytesMax of [1, 7, 20, 1000]) {
      const sizes = numbers(60).map(() => integer(random, 0, 10));
      let held = 0;
      let most = 0;
      const tasks = runAhead(sizes.entries(), {
        start: async ([index, size]) => {
          held += size;
          most = Math.max(most, held);
          await sleep(integer(random, 0, 2));
          return index;
        },
        sizeOf: ([, size]) => size,
        bytesMax,
      });
      const given: number[] = [];
      for await (const { item, result } of tasks) {
        given.push(result);
        // The next one is asked for: this one is finished with.
        held -= item[1];
      }
      expect(given).toEqual(numbers(60));
      expect(most).toBeLessThanOrEqual(Math.max(bytesMax, 10));
    }
  });

  test('starts tasks before their turn', async () => {
    let started = 0;
    const start = async (): Promise<void> => void (started += 1);
    const tasks = runAhead(numbers(10), { start, sizeOf: () => 1, bytesMax: 4 });
    await tasks.next();
    await sleep(1);
    expect(started).toBe(4);
    await tasks.return();
    expect(started).toBe(4);
  });

  test('a failing task gives the results before it, aborts the ones after it and throws its error', async () => {
    const aborted: number[] = [];
    const start = async (item: number, signal: AbortSignal): Promise<number> => {
      if (item === 2) {
        await sleep(1);
        throw new Error('the third');
      }
      if (item > 2) {
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted.push(item);
            reject(signal.reason);
          });
        });
      }
      return item;
    };
    const given: number[] = [];
    const readAll = async (): Promise<void> => {
      for await (const { result } of runAhead(numbers(9), { start, sizeOf: () => 1, bytesMax: 5 })) given.push(result);
    };
    await expect(readAll()).rejects.toThrow('the third');
    expect(given).toEqual([0, 1]);
    expect(aborted).toEqual([3, 4, 5, 6]);
  });

  test('items that fail do so after the results before them', async () => {
    async function* items() {
      yield 1;
      throw new Error('no more items');
    }
    const tasks = runAhead(items(), { start: async (item) => item, sizeOf: () => 1, bytesMax: 5 });
    expect((await tasks.next()).value).toEqual({ item: 1, result: 1 });
    await expect(tasks.next()).rejects.toThrow('no more items');
  });

  test('leaving early gives up the results that nobody has taken, and only these', async () => {
    const disposed: number[] = [];
    const dispose = async (result: number): Promise<void> => void disposed.push(result);
    const tasks = runAhead(numbers(9), { start: async (item) => item, sizeOf: () => 1, bytesMax: 3, dispose });
    await tasks.next();
    await sleep(1);
    await tasks.return();
    expect(disposed).toEqual([1, 2]);
  });

  test('an aborted signal reaches the tasks', async () => {
    const abort = new AbortController();
    const start = (_: number, signal: AbortSignal): Promise<never> =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const tasks = runAhead(numbers(3), { start, sizeOf: () => 1, bytesMax: 9, signal: abort.signal });
    const first = tasks.next();
    abort.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
  });
});
