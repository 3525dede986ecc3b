import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { folderHolder } from './pglite.lock.ts';

/** PGlite in a process of its own. */
export interface PGliteProcess {
  url: string;
  /** Ends the process if this call of {@link usePGlite} started it. */
  stop(): Promise<void>;
}

const SERVER = fileURLToPath(new URL('pglite.server.ts', import.meta.url));

/**
 * Gives the database of a data folder: that of the process which has it open or, when there is none, of a new one.
 * @throws {Error} when it does not start.
 */
export async function usePGlite(folder: string, port: number): Promise<PGliteProcess> {
  const holder = await folderHolder(folder);
  if (holder !== null) return { url: holder.url, stop: () => Promise.resolve() };
  const child = fork(SERVER, ['--data', folder, '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const ready = child.stdout === null ? exited : once(child.stdout, 'data');
  const outcome = await Promise.race([ready.then(() => 'ready'), exited.then(() => 'exited')]);
  const started = outcome === 'ready' ? await folderHolder(folder) : null;
  if (started === null) throw new Error(`The database in ${folder} did not start.`);
  return {
    url: started.url,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
