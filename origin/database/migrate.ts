import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Database } from './database.ts';

const MIGRATIONS_FOLDER = path.join(import.meta.dirname, 'migrations');
/** Key of the advisory lock that keeps two starting nodes from migrating at once; any constant does. */
const MIGRATION_LOCK = 0x6375_746c;

/**
 * Brings the schema up to date: runs, in the order of their names, those files of `migrations/` that the database has
 * not seen, all in one transaction under a lock. Does nothing when there is nothing to do.
 * @returns the names of the migrations that were run.
 * @throws {Error} when PostGIS is not installed on the server, or the database was migrated by a newer program.
 */
export async function migrate(database: Database): Promise<string[]> {
  const names = (await readdir(MIGRATIONS_FOLDER)).filter((name) => name.endsWith('.sql')).toSorted();
  return database.transaction(async (transaction) => {
    // Held to the end of the transaction: a session lock would be shared by all clients of PGlite.
    await transaction.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await transaction.query(
      'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, run timestamptz NOT NULL DEFAULT now())',
    );
    const done = new Set((await transaction.query<{ name: string }>('SELECT name FROM migrations')).map((m) => m.name));
    const unknown = [...done].filter((name) => !names.includes(name));
    if (unknown.length > 0) {
      throw new Error(`The database was migrated by a newer program: it has ${unknown.join(', ')}. Update this one.`);
    }
    const missing = names.filter((name) => !done.has(name));
    for (const name of missing) {
      await transaction.query(await readFile(path.join(MIGRATIONS_FOLDER, name), 'utf8'));
      await transaction.query('INSERT INTO migrations (name) VALUES ($1)', [name]);
    }
    return missing;
  });
}
