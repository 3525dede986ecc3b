import { DatabaseError, Pool, type PoolClient, type QueryResult, type QueryResultRow } from 'pg';
import { databaseError, isAway } from './database.error.ts';
import { IdleLimit } from './idle.limit.ts';

/** A value that `pg` can send. Byte arrays go as `Buffer`. */
export type SqlValue = string | number | boolean | null | Date | Buffer | readonly SqlValue[];

/** Runs single statements. `Row` is the shape the statement returns, which its writer vouches for. */
export interface Queryable {
  query<Row extends QueryResultRow>(sql: string, values?: readonly SqlValue[]): Promise<Row[]>;
}

/** A PostgreSQL database, be it a server or PGlite behind a socket. */
export interface Database extends Queryable {
  /**
   * Runs `work` in one transaction and commits when it returns. Statements inside must go through the `Queryable`
   * that is passed: with a single connection any other would wait for ever.
   */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  /** 1 means PGlite, where all connections share one session. */
  connections: number;
}

/** A statement that takes longer is given up: nothing here is slow but a load, which works in batches. */
const QUERY_TIMEOUT_MS = 120_000;
const CONNECT_TIMEOUT_MS = 10_000;
/**
 * A transaction that waits this long for something other than the database, such as a store that hangs, is given up:
 * it holds locks and, on PGlite, everybody else. Longer than one call to the store may take.
 */
const IDLE_TRANSACTION_MAX_MS = 60_000;
/** SQLSTATE of a transaction that lost against another one and may simply be run again. */
const RETRYABLE_STATES = new Set(['40001', '40P01']);
const TRANSACTION_ATTEMPTS_MAX = 4;

/** Opens the database. Nothing is connected until the first statement. */
export function openDatabase({ url, connections }: DatabaseOptions): Database {
  const pool = new Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    application_name: 'cutline-origin',
  });
  // An idle connection that breaks is replaced by the pool; the next statement reports what is wrong.
  pool.on('error', () => undefined);
  return new PooledDatabase(pool, connections === 1);
}

class PooledDatabase implements Database {
  readonly #pool: Pool;
  readonly #sharesSession: boolean;

  constructor(pool: Pool, sharesSession: boolean) {
    this.#pool = pool;
    this.#sharesSession = sharesSession;
  }

  async query<Row extends QueryResultRow>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    // PGlite has one unnamed prepared statement for all its clients: only inside a transaction does its socket keep
    // the messages of one client together. A statement without values is a single message.
    if (this.#sharesSession && values.length > 0) {
      return this.transaction((transaction) => transaction.query<Row>(sql, values));
    }
    try {
      return rowsOf<Row>(await this.#pool.query<Row>(sql, [...values]));
    } catch (error) {
      throw databaseError(error);
    }
  }

  async transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(work);
      } catch (error) {
        if (attempt === TRANSACTION_ATTEMPTS_MAX || !RETRYABLE_STATES.has(stateOf(error))) throw databaseError(error);
      }
    }
  }

  async #attempt<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    // The pool listens only while a connection is idle. What breaks it here is what the next statement rejects with.
    client.on('error', ignore);
    let failure: Error | undefined;
    try {
      await client.query('BEGIN');
      const idle = new IdleLimit(IDLE_TRANSACTION_MAX_MS);
      const result = await idle.during(
        work({
          query: async <Row extends QueryResultRow>(sql: string, values: readonly SqlValue[] = []) =>
            rowsOf<Row>(await idle.pause(() => client.query<Row>(sql, [...values]))),
        }),
      );
      await client.query('COMMIT');
      return result;
    } catch (error) {
      failure = await rollBack(client, error);
      throw error;
    } finally {
      client.off('error', ignore);
      client.release(failure);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/** Gives what is wrong with a connection that cannot be used again: one that is lost, or too slow to roll back. */
async function rollBack(client: PoolClient, error: unknown): Promise<Error | undefined> {
  if (error instanceof Error && isAway(databaseError(error))) return error;
  return client.query('ROLLBACK').then(
    () => undefined,
    (rollbackError: unknown) => (rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError))),
  );
}

function ignore(): void {}

/** A text of several statements gives one result for each; the rows of all count, as some end in COMMIT. */
function rowsOf<Row extends QueryResultRow>(result: QueryResult<Row> | QueryResult<Row>[]): Row[] {
  return Array.isArray(result) ? result.flatMap(({ rows }) => rows) : result.rows;
}

function stateOf(error: unknown): string {
  return error instanceof DatabaseError ? (error.code ?? '') : '';
}
