import type { Log } from './services.ts';

/** Writes a line of JSON to the runtime's log. */
export const consoleLog: Log = (event, fields) => {
  // oxlint-disable-next-line no-console -- the one place where the edge writes its log
  console.log(JSON.stringify({ time: new Date().toISOString(), event, ...fields }));
};
