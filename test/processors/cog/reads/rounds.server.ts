import { type TestServer, answer, serve } from '../../source/server.ts';

/** A web server that counts the round trips of its client that come one after another. */
export interface RoundsServer extends TestServer {
  /** How many requests came in each round. */
  readonly rounds: readonly number[];
  /** Requests under way at most. */
  mostAtOnce(): number;
}

/** Without a further request for this long, the client waits for answers; far more than it needs to send one. */
const QUIET_MS = 150;

/** Serves a file; all requests of a round are answered together, once the client has nothing more to ask. */
export async function serveInRounds(file: Uint8Array): Promise<RoundsServer> {
  const rounds: number[] = [];
  let waiting: (() => void)[] = [];
  let quiet: NodeJS.Timeout | undefined;
  const release = (): void => {
    const ready = waiting;
    waiting = [];
    rounds.push(ready.length);
    for (const respond of ready) respond();
  };
  const server = await serve((request, response) => {
    waiting.push(() => answer(file, request, response));
    clearTimeout(quiet);
    quiet = setTimeout(release, QUIET_MS);
  });
  return { ...server, rounds, mostAtOnce: () => Math.max(...rounds) };
}
