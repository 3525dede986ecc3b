import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '../../../cache/problem.ts';
import { type Database, openDatabase } from '../../../origin/database/database.ts';
import { migrate } from '../../../origin/database/migrate.ts';
import {
  beginAttempt,
  findJob,
  holdAttempt,
  queueJob,
  reportAttempt,
  StaleAttempt,
} from '../../../origin/jobs/job.store.ts';
import { startPostgres, type TestPostgres } from '../../postgres.ts';

let postgres: TestPostgres;
let database: Database;
beforeAll(async () => {
  postgres = await startPostgres();
  database = openDatabase({ url: postgres.url, connections: 4 });
  await migrate(database);
});
afterAll(async () => {
  await database?.close();
  await postgres?.stop();
});

async function begin(id: string): Promise<number> {
  return (await beginAttempt(database, id)) ?? Number.NaN;
}

describe('an attempt at a job', () => {
  test('goes from queued over running to ready, and its progress never falls', async () => {
    await queueJob(database, 'a', 'path');
    expect((await findJob(database, 'a'))?.job).toMatchObject({ state: 'queued', progress: 0, started: null });
    const attempt = await begin('a');
    for (const progress of [10, 40, 20]) {
      await reportAttempt(database, 'a', attempt, { state: 'running', progress, message: 'Planning' });
    }
    expect((await findJob(database, 'a'))?.job).toMatchObject({ state: 'running', progress: 40 });
    await reportAttempt(database, 'a', attempt, { state: 'ready' });
    const job = (await findJob(database, 'a'))?.job;
    expect(job).toMatchObject({ state: 'ready', progress: 100, finished: expect.any(String) });
  });

  test('keeps the problem of a failure until it is queued again', async () => {
    await queueJob(database, 'b', 'path');
    const problem = new Problem('no-coverage', 'Nothing there.');
    await reportAttempt(database, 'b', await begin('b'), { state: 'failed', problem });
    expect((await findJob(database, 'b'))?.job).toMatchObject({
      state: 'failed',
      problem: { detail: 'Nothing there.' },
    });
    await queueJob(database, 'b', 'path');
    expect((await findJob(database, 'b'))?.job).toMatchObject({ state: 'queued', problem: null });
  });

  test('is refused wherever it would write once a later one has begun', async () => {
    await queueJob(database, 'c', 'path');
    const [stale, current] = [await begin('c'), await begin('c')];
    expect(current).toBeGreaterThan(stale);
    const hold = (attempt: number): Promise<void> =>
      database.transaction((transaction) => holdAttempt(transaction, 'c', attempt));
    await expect(hold(stale)).rejects.toThrow(StaleAttempt);
    await expect(reportAttempt(database, 'c', stale, { state: 'ready' })).rejects.toThrow(StaleAttempt);
    expect((await findJob(database, 'c'))?.job.state).toBe('running');
    await hold(current);
    await reportAttempt(database, 'c', current, { state: 'ready' });
    // A finished one is over as well.
    await expect(hold(current)).rejects.toThrow(StaleAttempt);
  });

  test('that holds its job keeps a later one from beginning until it is done', async () => {
    await queueJob(database, 'd', 'path');
    const first = await begin('d');
    let second: Promise<number> = Promise.resolve(0);
    const order: string[] = [];
    await database.transaction(async (transaction) => {
      await holdAttempt(transaction, 'd', first);
      second = begin('d').finally(() => order.push('later began'));
      await transaction.query('SELECT pg_sleep(0.2)');
      order.push('held to the end');
    });
    expect(await second).toBe(first + 1);
    expect(order).toEqual(['held to the end', 'later began']);
  });
});
