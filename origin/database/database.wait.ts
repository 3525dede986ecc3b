import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { Queryable } from './database.ts';
import { isAway } from './database.error.ts';

const FIRST_DELAY_MS = 250;
const DELAY_MAX_MS = 4_000;

/**
 * Waits until a database answers.
 * @throws what the last try did, when it stays away for longer than `waitMs`; at once when it refuses user, password or name.
 */
export async function waitForDatabase(database: Queryable, waitMs: number, log: Log): Promise<void> {
  const deadlineMs = performance.now() + waitMs;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, DELAY_MAX_MS)) {
    try {
      await database.query('SELECT 1');
      return;
    } catch (error) {
      if (!isAway(error) || performance.now() + delayMs > deadlineMs) throw error;
      if (delayMs === FIRST_DELAY_MS) log.warn('waiting for the database', { error });
      await sleep(delayMs);
    }
  }
}
