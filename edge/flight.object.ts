import { DurableObject } from 'cloudflare:workers';
import * as z from 'zod';
import type { Claim } from '../cache/flight.ts';
import {
  claimLease,
  FREE_LEASE,
  type LeaseState,
  releaseLease,
  remainingLeaseMs,
  renewLease,
} from '../cache/flight.lease.ts';

const STATE_KEY = 'lease';
/** How long an object outlives its last lease, for stale holders to be told apart; then it deletes itself. */
const AFTERLIFE_MS = 60_000;

const stateSchema = z.strictObject({
  lastToken: z.int(),
  lease: z.strictObject({ job: z.string(), token: z.int(), expiresAtMs: z.number() }).nullable(),
});

/**
 * The lock of one fingerprint: second layer of single flight (design, section 5).
 *
 * A Durable Object runs one call at a time but lets others in while it awaits anything but its storage, so between
 * reading and writing the lease there is no await at all: the synchronous storage of SQLite objects is used.
 */
export class FlightObject extends DurableObject {
  /** Callers to be woken when the flight ends. Lost with the object's memory; their time limit then ends the wait. */
  readonly #waiters = new Set<() => void>();

  async claim(job: string): Promise<Claim> {
    const { state, claim } = claimLease(this.#read(), job, Date.now());
    this.#write(state);
    return claim;
  }

  async renew(token: number): Promise<boolean> {
    const state = renewLease(this.#read(), token, Date.now());
    if (state !== null) this.#write(state);
    return state !== null;
  }

  async release(token: number): Promise<void> {
    const state = releaseLease(this.#read(), token);
    if (state === null) return;
    this.#write(state);
    for (const wake of this.#waiters) wake();
  }

  /** Resolves when the flight has ended or its lease has run out, at the latest after `timeoutMs`. */
  async wait(timeoutMs: number): Promise<void> {
    const deadlineMs = Date.now() + timeoutMs;
    // A renewed lease outlives the pause, so look again.
    for (;;) {
      const nowMs = Date.now();
      const pauseMs = Math.min(remainingLeaseMs(this.#read(), nowMs), deadlineMs - nowMs);
      if (pauseMs <= 0 || (await this.#pause(pauseMs))) return;
    }
  }

  override async alarm(): Promise<void> {
    if (remainingLeaseMs(this.#read(), Date.now()) > 0) return this.#setAlarm(this.#read());
    for (const wake of this.#waiters) wake();
    await this.ctx.storage.deleteAll();
  }

  #read(): LeaseState {
    const stored = this.ctx.storage.kv.get(STATE_KEY);
    return stored === undefined ? FREE_LEASE : stateSchema.parse(stored);
  }

  #write(state: LeaseState): void {
    this.ctx.storage.kv.put(STATE_KEY, state);
    this.#setAlarm(state);
  }

  #setAlarm({ lease }: LeaseState): void {
    // Storage keeps the order of its calls and holds the answer back until they are done.
    void this.ctx.storage.setAlarm((lease?.expiresAtMs ?? Date.now()) + AFTERLIFE_MS);
  }

  /** Resolves after `pauseMs`, or with true at once when the flight ends. */
  #pause(pauseMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isEnded: boolean): void => {
        clearTimeout(timer);
        this.#waiters.delete(wake);
        resolve(isEnded);
      };
      const wake = (): void => end(true);
      const timer = setTimeout(() => end(false), pauseMs);
      this.#waiters.add(wake);
    });
  }
}
