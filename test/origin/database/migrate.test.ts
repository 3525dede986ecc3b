import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../origin/database/database.ts';
import { migrate } from '../../../origin/database/migrate.ts';
import { freePort } from '../../../scripts/start/ports.ts';
import { startPostgres, type TestPostgres } from '../../postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

describe('migrate', () => {
  test('runs each migration once, however many nodes start together', async () => {
    const url = await postgres.createDatabase();
    const nodes = Array.from({ length: 4 }, () => openDatabase({ url, connections: 2 }));
    const runs = await Promise.all(nodes.map((node) => migrate(node)));
    expect(runs.filter((names) => names.length > 0)).toEqual([['0001.boundaries.sql', '0002.clips.sql']]);
    expect(await migrate(nodes[0] ?? openDatabase({ url, connections: 1 }))).toEqual([]);
    await Promise.all(nodes.map((node) => node.close()));
  });

  test('refuses a database that a newer program migrated', async () => {
    const database = openDatabase({ url: await postgres.createDatabase(), connections: 1 });
    await migrate(database);
    await database.query(`INSERT INTO migrations (name) VALUES ('9999.future.sql')`);
    await expect(migrate(database)).rejects.toThrow('9999.future.sql');
    await database.close();
  });
});

describe('a database that cannot be used', () => {
  test.each([
    ['nothing listens', async () => `postgres://postgres@127.0.0.1:${await freePort()}/x`, 'nothing listens'],
    ['there is no such database', () => postgres.url.replace(/postgres$/, 'nowhere'), 'does not exist'],
  ])('is a problem that may be over soon: %s', async (_reason, url, text) => {
    const database = openDatabase({ url: await url(), connections: 1 });
    await expect(database.query('SELECT $1::int', [1])).rejects.toMatchObject({
      kind: 'origin-unavailable',
      message: expect.stringContaining(text),
    });
    await database.close();
  });
});

describe('transaction', () => {
  test('takes everything back when it throws', async () => {
    const database = openDatabase({ url: await postgres.createDatabase(), connections: 1 });
    await database.query('CREATE TABLE t (n integer)');
    const failing = database.transaction(async (transaction) => {
      await transaction.query('INSERT INTO t VALUES ($1)', [1]);
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    expect(await database.query('SELECT n FROM t')).toEqual([]);
    await database.close();
  });
});
