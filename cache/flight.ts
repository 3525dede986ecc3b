/** A claim on making one clip. */
export type Claim =
  /** The caller makes it; `token` grows with every holder, so that a stale one can be told apart. */
  | { state: 'won'; job: string; token: number; expiresAtMs: number }
  /** Another caller is making it. */
  | { state: 'busy'; job: string; expiresAtMs: number };

/**
 * One holder per key at a time, with a lease. Second layer of single flight (design, section 5): it spares the
 * origin duplicate calls; losing it costs one extra call and never correctness.
 */
export interface FlightLock {
  claim(key: string, job: string): Promise<Claim>;
  /** False when the lease was lost to another holder. */
  renew(key: string, token: number): Promise<boolean>;
  /** Ends the flight; a stale token has no effect. */
  release(key: string, token: number): Promise<void>;
  /** Resolves when the flight has ended or its lease has run out, at the latest after `timeoutMs`. */
  wait(key: string, timeoutMs: number): Promise<void>;
}

/** What a hint says: who is making the clip, and since when (milliseconds since 1970). */
export interface Hint {
  job: string;
  sinceMs: number;
}

/** First layer: cheap, eventually consistent, may be wrong. A wrong hint may cost one extra look, nothing more. */
export interface Hints {
  get(key: string): Promise<Hint | null>;
  put(key: string, hint: Hint): Promise<void>;
  clear(key: string): Promise<void>;
}
