import type { Job } from '../cache/origin-api.ts';
import { formatClipPath } from '../cache/clip-path.ts';
import type { ClipRecord } from '../cache/record.ts';
import type { Claim } from '../cache/flight.ts';
import { readPointer } from './clip.record.ts';
import type { ClipTarget } from './clip.target.ts';
import type { Services } from './services.ts';

/** Longest single call to the origin: well within the lease, so that every answer can renew it. */
const ORIGIN_WAIT_MAX_MS = 5_000;
/** How often to stand in line behind another request before asking the origin oneself, which is idempotent. */
const ROUNDS_MAX = 2;

/** How making a clip ended within the time that the request may wait. */
export type Made =
  | { state: 'ready'; record: ClipRecord; /** Another request made it. */ collapsed: boolean }
  | { state: 'pending'; job: Job };

/**
 * Has a clip made, once however many ask for it (design, section 5): the hint spares most callers the lock, the lock
 * spares the origin most calls, and the origin guarantees that one job runs. Hint and lock may fail; then every
 * caller asks the origin.
 * @param deadlineMs until when the request may wait, by the clock of the services.
 * @throws {Problem} what the origin answers, `origin-unavailable` among it.
 */
export async function makeClip(services: Services, target: ClipTarget, deadlineMs: number): Promise<Made> {
  const key = target.expected;
  // A request that does not wait holds no lock: it would end it at once.
  if (key === null || services.now() >= deadlineMs) return askOrigin(services, target, deadlineMs);
  if ((await orNull(services, 'hint', services.hints.get(key))) !== null) {
    const record = await waitForOther(services, target, key, deadlineMs);
    if (record !== null) return { state: 'ready', record, collapsed: true };
  }
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const claim = await orNull(services, 'lock', services.flights.claim(key, key));
    if (claim === null) break;
    if (claim.state === 'won') return makeAsHolder(services, target, { key, claim, deadlineMs });
    const record = await waitForOther(services, target, key, deadlineMs);
    if (record !== null) return { state: 'ready', record, collapsed: true };
  }
  return askOrigin(services, target, deadlineMs);
}

/** Waits until another request's flight has ended, and looks what came of it. */
async function waitForOther(
  services: Services,
  target: ClipTarget,
  key: string,
  deadlineMs: number,
): Promise<ClipRecord | null> {
  const timeoutMs = Math.max(0, deadlineMs - services.now());
  await orNull(services, 'lock', services.flights.wait(key, timeoutMs));
  return readPointer(services.store, target.path);
}

interface Flight {
  key: string;
  claim: Claim & { state: 'won' };
  deadlineMs: number;
}

async function makeAsHolder(services: Services, target: ClipTarget, flight: Flight): Promise<Made> {
  const { key, claim, deadlineMs } = flight;
  const { hints, flights } = services;
  await orNull(services, 'hint', hints.put(key, { job: claim.job, sinceMs: services.now() }));
  try {
    return await askOrigin(services, target, deadlineMs, async () => {
      await orNull(services, 'lock', flights.renew(key, claim.token));
    });
  } finally {
    await Promise.all([
      orNull(services, 'lock', flights.release(key, claim.token)),
      orNull(services, 'hint', hints.clear(key)),
    ]);
  }
}

/**
 * Asks the origin, whatever others are doing, until the clip is ready or time is up, in short calls.
 * @param onPending told of each sign of progress.
 * @throws {Problem} what the origin answers, `origin-unavailable` among it.
 */
export async function askOrigin(
  services: Services,
  target: ClipTarget,
  deadlineMs: number,
  onPending: () => Promise<void> = () => Promise.resolve(),
): Promise<Made> {
  for (;;) {
    const waitMs = Math.min(Math.max(0, Math.floor(deadlineMs - services.now())), ORIGIN_WAIT_MAX_MS);
    const answer = await services.origin.makeClip({ ...target.path, waitMs });
    if (answer.state === 'ready') return { state: 'ready', record: answer.record, collapsed: false };
    if (answer.job.state === 'failed' || services.now() >= deadlineMs || waitMs === 0) return answer;
    await onPending();
  }
}

/** A hint or lock that fails must not fail the request. */
async function orNull<T>(services: Services, layer: string, action: Promise<T>): Promise<T | null> {
  try {
    return await action;
  } catch (error) {
    services.log('single-flight-layer-failed', { layer, error: String(error) });
    return null;
  }
}

/** Keeps refreshes of clips whose source or boundary has changed from being asked for with every request. */
export class ClipRefresher {
  /** By expected fingerprint: when it may be asked for again. */
  readonly #notBeforeMs = new Map<string, number>();

  /** Has the clip that a named URL should mean made anew, unless that was tried a short while ago. */
  async refresh(services: Services, target: ClipTarget): Promise<void> {
    const { expected } = target;
    const nowMs = services.now();
    if (expected === null || nowMs < (this.#notBeforeMs.get(expected) ?? 0)) return;
    if (this.#notBeforeMs.size >= REFRESHES_KEPT_MAX) this.#notBeforeMs.clear();
    this.#notBeforeMs.set(expected, nowMs + REFRESH_INTERVAL_MS);
    try {
      // Only starts the job: nobody waits for it, and the pointer moves when it is done.
      await makeClip(services, target, nowMs);
    } catch (error) {
      services.log('refresh-failed', { clip: formatClipPath(target.path), error: String(error) });
    }
  }
}

/** Time between two attempts to renew one clip; a source that is down is not asked for more often. */
const REFRESH_INTERVAL_MS = 60_000;
/** Entries kept; at about 100 bytes each, 1 MB. */
const REFRESHES_KEPT_MAX = 10_000;
