import type { Claim } from './flight.ts';

/** How long a holder may stay silent before another may take over. The origin renews three times within it. */
export const LEASE_MS = 30_000;

/** The holder of a key. */
export interface Lease {
  job: string;
  token: number;
  expiresAtMs: number;
}

/** All that a lock keeps of one key. Plain data, so that a Durable Object can store it. */
export interface LeaseState {
  /** The last token handed out; 0 before the first. */
  lastToken: number;
  lease: Lease | null;
}

/** What a lock knows of a key that was never claimed, or that it has forgotten. */
export const FREE_LEASE: LeaseState = { lastToken: 0, lease: null };

/**
 * Claims a key for `job`: won when nobody holds it or the holder's lease has run out.
 * A token is never less than the time in milliseconds, so that tokens go on growing after a lock has lost its state.
 */
export function claimLease(
  state: LeaseState,
  job: string,
  nowMs: number,
  leaseMs: number = LEASE_MS,
): { state: LeaseState; claim: Claim } {
  if (state.lease !== null && isLive(state.lease, nowMs)) {
    return { state, claim: { state: 'busy', job: state.lease.job, expiresAtMs: state.lease.expiresAtMs } };
  }
  const lease: Lease = { job, token: Math.max(state.lastToken + 1, nowMs), expiresAtMs: nowMs + leaseMs };
  return { state: { lastToken: lease.token, lease }, claim: { state: 'won', ...lease } };
}

/**
 * Extends the lease of `token`; null when it is lost, because it was released or another holder came.
 * A lease that has run out may still be extended as long as nobody else claimed the key.
 */
export function renewLease(
  state: LeaseState,
  token: number,
  nowMs: number,
  leaseMs: number = LEASE_MS,
): LeaseState | null {
  if (state.lease?.token !== token) return null;
  return { ...state, lease: { ...state.lease, expiresAtMs: nowMs + leaseMs } };
}

/** Ends the lease of `token`; null when it is not the holder's, which changes nothing. */
export function releaseLease(state: LeaseState, token: number): LeaseState | null {
  return state.lease?.token === token ? { ...state, lease: null } : null;
}

/** Milliseconds until a caller that waits should look again: 0 when the key is free. */
export function remainingLeaseMs(state: LeaseState, nowMs: number): number {
  return state.lease === null ? 0 : Math.max(0, state.lease.expiresAtMs - nowMs);
}

function isLive(lease: Lease, nowMs: number): boolean {
  return lease.expiresAtMs > nowMs;
}
