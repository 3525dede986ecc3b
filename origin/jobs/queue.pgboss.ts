import { type Db, PgBoss } from 'pg-boss';
import type { Database, Queryable, SqlValue } from '../database/database.ts';
import type { Log } from '../log.ts';
import type { AttemptHandler, Queue, Task } from './queue.ts';

/** A process that did not give a sign for this long is taken for dead; pg-boss's least. */
const LEASE_SECONDS = 10;
/** How often leases are looked at; a task is taken over at the latest after the lease and this time. */
const SUPERVISE_SECONDS = 2;
/** Only for tasks of other nodes and for repeated ones: a process looks at once after sending one itself. */
const POLL_SECONDS = 1;
/** The most that one attempt may take: a large clip of a slow source. */
const ATTEMPT_MAX_SECONDS = 1_800;
const RETRIES_MAX = 3;
/** Grows to 2, 4 … seconds: a short outage of a source is ridden out while somebody waits. */
const RETRY_DELAY_SECONDS = 1;
const RETRY_DELAY_MAX_SECONDS = 20;
/** Finished tasks are of no use: what became of a clip stands in the table `jobs`. */
const KEEP_FINISHED_SECONDS = 3_600;

const LIVE_STATES: ReadonlySet<string> = new Set(['created', 'retry', 'active']);

/**
 * A queue by pg-boss on the service's own database, over its own connections: PGlite has but one session.
 * @param kinds all kinds of task that will be sent or done.
 */
export async function startQueue(database: Database, kinds: readonly string[], log: Log): Promise<Queue> {
  const boss = new PgBoss({
    db: adapter(database),
    schedule: false,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    // These look after the health of large installations with statements that PGlite's one session has no time for.
    reindex: false,
    monitorVacuum: false,
  });
  boss.on('error', (error) => log.error('queue', { error }));
  boss.on('warning', ({ message, data }) => log.debug('queue warning', { warning: message, data }));
  await boss.start();
  for (const kind of kinds) {
    await boss.createQueue(kind, {
      policy: 'exclusive',
      heartbeatSeconds: LEASE_SECONDS,
      expireInSeconds: ATTEMPT_MAX_SECONDS,
      retryLimit: RETRIES_MAX,
      retryDelay: RETRY_DELAY_SECONDS,
      retryDelayMax: RETRY_DELAY_MAX_SECONDS,
      retryBackoff: true,
      deleteAfterSeconds: KEEP_FINISHED_SECONDS,
    });
  }
  return new PgBossQueue(boss);
}

class PgBossQueue implements Queue {
  readonly #boss: PgBoss;
  /** Ids of this process's workers by kind; each does one task at a time. */
  readonly #workers = new Map<string, string[]>();

  constructor(boss: PgBoss) {
    this.#boss = boss;
  }

  async send(transaction: Queryable, kind: string, key: string, task: Task): Promise<boolean> {
    return (await this.#boss.send(kind, task, { singletonKey: key, db: adapter(transaction) })) !== null;
  }

  kick(kind: string): void {
    for (const id of this.#workers.get(kind) ?? []) this.#boss.notifyWorker(id);
  }

  async isLive(kind: string, key: string): Promise<boolean> {
    return (await this.#boss.findJobs(kind, { key })).some(({ state }) => LIVE_STATES.has(state));
  }

  async work(kind: string, concurrency: number, handler: AttemptHandler): Promise<void> {
    // One worker each: a worker with several threads of its own could only be woken in part.
    for (let count = 0; count < concurrency; count++) {
      const options = { batchSize: 1, includeMetadata: true, pollingIntervalSeconds: POLL_SECONDS } as const;
      const id = await this.#boss.work<unknown, void, typeof options>(kind, options, async (jobs) => {
        for (const { data, signal, retryCount, retryLimit } of jobs) {
          await handler({ task: data, signal, isLast: retryCount >= retryLimit });
        }
      });
      this.#workers.set(kind, [...(this.#workers.get(kind) ?? []), id]);
    }
  }

  async stop(timeoutMs: number): Promise<void> {
    await this.#boss.stop({ graceful: true, timeout: timeoutMs, close: false });
  }
}

/** pg-boss's view of a database or of a transaction. Its own locks are held within single statements. */
function adapter(database: Queryable): Db {
  return {
    executeSql: async (sql, values = []) => ({ rows: await database.query(sql, values.map(toSqlValue)) }),
  };
}

function toSqlValue(value: unknown): SqlValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof Date || Buffer.isBuffer(value)) return value;
  return Array.isArray(value) ? value.map(toSqlValue) : JSON.stringify(value);
}
