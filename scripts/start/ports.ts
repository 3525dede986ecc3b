import { createServer } from 'node:net';
import { probeHttp } from './probes.ts';

/** The address all embedded services bind to: reachable from this machine only. */
export const LOOPBACK = '127.0.0.1';

/** The preferred port when it is free, else one that the system picks. */
export async function freePort(preferred = 0): Promise<number> {
  try {
    return await probePort(preferred);
  } catch {
    return probePort(0);
  }
}

function probePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('The system gave no port.'));
        else resolve(address.port);
      });
    });
  });
}

const POLL_INTERVAL_MS = 150;
const POLL_TIMEOUT_MS = 5_000;

/**
 * Waits until a URL answers 200.
 * @throws {Error} naming the URL when it does not within `timeoutMs`.
 */
export async function waitForHttp(url: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (performance.now() < deadlineMs) {
    signal.throwIfAborted();
    const isAnswered = await probeHttp(url, AbortSignal.timeout(POLL_TIMEOUT_MS)).then(
      () => true,
      () => false,
    );
    if (isAnswered) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
  throw new Error(`${url} did not answer within ${timeoutMs / 1000} s.`);
}
