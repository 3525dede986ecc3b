import { readConfig } from './config.ts';
import { jsonLog } from './log.ts';
import { startOrigin } from './origin.ts';

/** Runs the origin until it is told to stop or the process that started it is gone. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = jsonLog(config.logLevel);
  // Nothing is under way yet that a sudden end would harm.
  const endAtOnce = (): never => process.exit(0);
  process.once('disconnect', endAtOnce);
  const origin = await startOrigin(config, log);
  const stop = (reason: string): void => {
    log.info('stopping', { reason });
    void origin.stop().then(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => stop(signal));
  process.off('disconnect', endAtOnce);
  process.once('disconnect', () => stop('the starting process is gone'));
}

main().catch((error: unknown) => {
  process.stderr.write(`cutline origin: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
