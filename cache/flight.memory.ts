import type { Claim, FlightLock } from './flight.ts';
import {
  claimLease,
  FREE_LEASE,
  LEASE_MS,
  type LeaseState,
  releaseLease,
  remainingLeaseMs,
  renewLease,
} from './flight.lease.ts';

export interface MemoryFlightLockOptions {
  leaseMs?: number;
  /** Clock in milliseconds since 1970. */
  now?: () => number;
}

interface Flight {
  state: LeaseState;
  waiters: Set<() => void>;
}

/** A lock for the callers of one process. */
export class MemoryFlightLock implements FlightLock {
  readonly #leaseMs: number;
  readonly #now: () => number;
  /** Only keys that are held or waited for; the last token is kept for all keys together instead. */
  readonly #flights = new Map<string, Flight>();
  #lastToken = 0;

  constructor(options: MemoryFlightLockOptions = {}) {
    this.#leaseMs = options.leaseMs ?? LEASE_MS;
    this.#now = options.now ?? Date.now;
  }

  claim(key: string, job: string): Promise<Claim> {
    const flight = this.#flights.get(key);
    const known = { lease: flight?.state.lease ?? null, lastToken: this.#lastToken };
    const { state, claim } = claimLease(known, job, this.#now(), this.#leaseMs);
    this.#lastToken = state.lastToken;
    this.#flights.set(key, { state, waiters: flight?.waiters ?? new Set() });
    return Promise.resolve(claim);
  }

  renew(key: string, token: number): Promise<boolean> {
    const flight = this.#flights.get(key);
    const state = renewLease(flight?.state ?? FREE_LEASE, token, this.#now(), this.#leaseMs);
    if (flight === undefined || state === null) return Promise.resolve(false);
    flight.state = state;
    return Promise.resolve(true);
  }

  release(key: string, token: number): Promise<void> {
    const flight = this.#flights.get(key);
    if (flight === undefined || releaseLease(flight.state, token) === null) return Promise.resolve();
    this.#flights.delete(key);
    for (const wake of flight.waiters) wake();
    return Promise.resolve();
  }

  async wait(key: string, timeoutMs: number): Promise<void> {
    const deadlineMs = this.#now() + timeoutMs;
    // A renewed lease outlives the pause, so look again.
    for (;;) {
      const flight = this.#flights.get(key);
      const nowMs = this.#now();
      const pauseMs = Math.min(remainingLeaseMs(flight?.state ?? FREE_LEASE, nowMs), deadlineMs - nowMs);
      if (flight === undefined || pauseMs <= 0) return;
      if (await pauseUnlessWoken(flight.waiters, pauseMs)) return;
    }
  }
}

/** Resolves after `pauseMs`, or with true at once when one of `waiters` is called. */
function pauseUnlessWoken(waiters: Set<() => void>, pauseMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (woken: boolean) => {
      clearTimeout(timer);
      waiters.delete(wake);
      resolve(woken);
    };
    const wake = () => end(true);
    const timer = setTimeout(() => end(false), pauseMs);
    waiters.add(wake);
  });
}
