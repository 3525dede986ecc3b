/** How to tell that a running program still does its work. */
export interface HealthCheck {
  /** Resolves when it does; rejects, or goes on beyond the time limit of `signal`, when it does not. */
  probe: (signal: AbortSignal) => Promise<void>;
  /** Probes in a row that fail before the program counts as dead. */
  missesMax: number;
}

/** Often enough that a dead program is noticed while a person still waits, seldom enough to cost nothing. */
const PROBE_INTERVAL_MS = 5_000;
/** A sound program answers in milliseconds; on a machine that is merely busy it may take seconds. */
const PROBE_TIMEOUT_MS = 10_000;
/** While somebody waits for the start. */
const READY_POLL_MS = 150;
/** A program that has not been ready yet may take this long: the first start loads the sample boundaries. */
const START_TIMEOUT_MS = 180_000;

/**
 * Probes a program from its start on and says once when it is dead: when it was ready and then missed
 * `missesMax` probes in a row, or did not become ready within {@link START_TIMEOUT_MS}.
 * @returns ends the watch.
 */
export function watchHealth({ probe, missesMax }: HealthCheck, onDead: (reason: string) => void): () => void {
  const startedAtMs = performance.now();
  const ended = new AbortController();
  let isReady = false;
  let misses = 0;
  let timer = setTimeout(() => void look(), PROBE_INTERVAL_MS);

  async function look(): Promise<void> {
    const isAnswered = await inTime(probe, AbortSignal.any([ended.signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]));
    if (ended.signal.aborted) return;
    isReady ||= isAnswered;
    misses = isAnswered || !isReady ? 0 : misses + 1;
    if (misses >= missesMax) return onDead(`did not answer ${misses} times`);
    if (!isReady && performance.now() - startedAtMs > START_TIMEOUT_MS) {
      return onDead(`was not ready within ${START_TIMEOUT_MS / 1000} s`);
    }
    timer = setTimeout(() => void look(), PROBE_INTERVAL_MS);
  }

  return () => {
    ended.abort();
    clearTimeout(timer);
  };
}

/**
 * Waits until a program does its work for the first time.
 * @throws {Error} when it does not within {@link START_TIMEOUT_MS}; the signal's reason when that ends the wait.
 */
export async function waitUntilReady(name: string, { probe }: HealthCheck, signal: AbortSignal): Promise<void> {
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadlineMs) {
    signal.throwIfAborted();
    if (await inTime(probe, AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]))) return;
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
  }
  throw new Error(`The ${name} was not ready within ${START_TIMEOUT_MS / 1000} s.`);
}

async function inTime(probe: HealthCheck['probe'], signal: AbortSignal): Promise<boolean> {
  const outOfTime = new Promise<false>((resolve) => {
    signal.addEventListener('abort', () => resolve(false), { once: true });
  });
  const answered = probe(signal).then(
    () => true,
    () => false,
  );
  return Promise.race([answered, outOfTime]);
}
