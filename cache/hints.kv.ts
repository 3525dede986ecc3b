import * as z from 'zod';
import type { Hint, Hints } from './flight.ts';

/** The part of Workers KV that hints use; a `KVNamespace` binding fits. */
export interface HintNamespace {
  get(key: string): Promise<string | null>;
  put(key: string, value: string, options: { expirationTtl: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** KV refuses a shorter life. A hint that outlives its job costs one extra look. */
const HINT_TTL_SECONDS = 60;

const HINT_PREFIX = 'lock:';
const hintSchema = z.strictObject({ job: z.string(), sinceMs: z.number() });

/**
 * Hints in Workers KV, under `lock:{key}`. KV is eventually consistent, allows one write a second per key and may
 * fail; none of that may fail a request, so its errors go to `onError` and a hint that cannot be had is no hint.
 */
export function kvHints(namespace: HintNamespace, onError: (error: unknown) => void = () => {}): Hints {
  return {
    get: (key) => orElse(async () => readHint(await namespace.get(HINT_PREFIX + key)), null, onError),
    put: (key, hint) => {
      const options = { expirationTtl: HINT_TTL_SECONDS };
      return orElse(() => namespace.put(HINT_PREFIX + key, JSON.stringify(hint), options), undefined, onError);
    },
    clear: (key) => orElse(() => namespace.delete(HINT_PREFIX + key), undefined, onError),
  };
}

function readHint(text: string | null): Hint | null {
  return text === null ? null : hintSchema.parse(JSON.parse(text));
}

async function orElse<T>(action: () => Promise<T>, otherwise: T, onError: (error: unknown) => void): Promise<T> {
  try {
    return await action();
  } catch (error) {
    onError(error);
    return otherwise;
  }
}
