import process from 'node:process';
import { readConfig } from '../config.ts';
import { consoleLog } from '../log.ts';
import { nodeConfigSchema } from './config.ts';
import { startServer } from './server.ts';

/** Starts the edge with the settings of the environment; stops it on SIGINT and SIGTERM. */
async function main(): Promise<void> {
  const server = await startServer(readConfig(nodeConfigSchema, process.env));
  consoleLog('listening', { url: server.url });
  const stop = (signal: string): void => {
    consoleLog('stopping', { signal });
    void server.close();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
