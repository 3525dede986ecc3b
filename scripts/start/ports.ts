import { createServer } from 'node:net';

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

/**
 * Waits until a URL answers 200.
 * @throws {Error} naming the URL when it does not within `timeoutMs`.
 */
export async function waitForHttp(url: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    const status = await fetch(url, { signal: AbortSignal.timeout(POLL_TIMEOUT_MS) }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
  throw new Error(`${url} did not answer within ${timeoutMs / 1000} s.`);
}

const POLL_INTERVAL_MS = 150;
const POLL_TIMEOUT_MS = 5000;
