import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PGlite } from '@electric-sql/pglite';
import { queryMessage, SYNC_MESSAGE } from './pglite.messages.ts';

/** A client of the one session that PGlite has. */
export interface SessionClient {
  isOpen: boolean;
  /** Takes what the database answers. */
  answer(bytes: Uint8Array): void;
  close(): void;
}

/** Messages that are run without any of another client between them. */
interface Batch {
  client: SessionClient;
  messages: readonly Uint8Array[];
  /** Whether the last message ends a query, so that PGlite is ready for another client's. */
  isComplete: boolean;
}

/**
 * A transaction whose client says nothing for this long is rolled back and its client sent away: all others wait for
 * it. Longer than the origin's own limit, and enough for a person at psql.
 */
const IDLE_TRANSACTION_MAX_MS = 120_000;
const IDLE_LOOK_MS = 5_000;

/** Shares PGlite's one session: clients take turns by query and, in a transaction, by transaction. */
export class SharedSession {
  readonly #database: PGlite;
  readonly #onFatal: (error: unknown) => void;
  #waiting: Batch[] = [];
  #isRunning = false;
  /** Who has a transaction or an unfinished query open. */
  #owner: SessionClient | null = null;
  #lastRunAtMs = performance.now();
  readonly #timer: NodeJS.Timeout;

  /** @param onFatal told when PGlite itself failed, after which it answers nobody. */
  constructor(database: PGlite, onFatal: (error: unknown) => void) {
    this.#database = database;
    this.#onFatal = onFatal;
    this.#timer = setInterval(() => this.#endIdleTransaction(), IDLE_LOOK_MS).unref();
  }

  run(batch: Batch): void {
    this.#waiting.push(batch);
    this.#wake();
  }

  /** Forgets what a client still wanted and rolls back what it had begun. */
  leave(client: SessionClient): void {
    client.isOpen = false;
    this.#waiting = this.#waiting.filter((batch) => batch.client !== client);
    this.#wake();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#waiting = [];
  }

  #wake(): void {
    if (!this.#isRunning) this.#runAll().catch(this.#onFatal);
  }

  async #runAll(): Promise<void> {
    this.#isRunning = true;
    for (;;) {
      if (this.#owner?.isOpen === false) await this.#rollBack();
      const batch = this.#takeNext();
      if (batch === undefined) break;
      const { client, messages, isComplete } = batch;
      // Theirs from the first message on: the client may be gone before the last.
      this.#owner = client;
      for (const message of messages) await this.#execute(message, (bytes) => client.answer(bytes));
      if (isComplete && !this.#database.isInTransaction()) this.#owner = null;
      // Lets sockets be read and closed: PGlite itself never waits for anything.
      await nextTurn();
    }
    this.#isRunning = false;
  }

  #takeNext(): Batch | undefined {
    const index = this.#owner === null ? 0 : this.#waiting.findIndex(({ client }) => client === this.#owner);
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  async #rollBack(): Promise<void> {
    await this.#execute(SYNC_MESSAGE, () => undefined);
    if (this.#database.isInTransaction()) await this.#execute(queryMessage('ROLLBACK'), () => undefined);
    this.#owner = null;
  }

  async #execute(message: Uint8Array, onRawData: (bytes: Uint8Array) => void): Promise<void> {
    await this.#database.runExclusive(() => this.#database.execProtocolRawStream(message, { onRawData }));
    this.#lastRunAtMs = performance.now();
  }

  #endIdleTransaction(): void {
    if (this.#isRunning || this.#owner === null) return;
    if (performance.now() - this.#lastRunAtMs > IDLE_TRANSACTION_MAX_MS) this.#owner.close();
  }
}
