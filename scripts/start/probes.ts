import { Client } from 'pg';

/** Resolves when a URL answers 200. */
export async function probeHttp(url: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}.`);
}

/** Resolves when a database answers a statement. */
export async function probeDatabase(url: string, signal: AbortSignal): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'cutline-start' });
  // What breaks the connection is what the statement rejects with.
  client.on('error', () => undefined);
  const giveUp = (): void => void client.end().catch(() => undefined);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    signal.removeEventListener('abort', giveUp);
    if (!signal.aborted) await client.end();
  }
}
