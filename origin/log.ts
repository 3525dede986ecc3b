/** Least important first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Members of a log line. Secrets, signatures and request bodies do not belong here. */
export type LogFields = Readonly<Record<string, unknown>>;

export type Log = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>;

/** A log of one JSON object a line: `time`, `level`, `message` and the fields given. */
export function jsonLog(level: LogLevel, write: (line: string) => void = writeToStandardError): Log {
  const threshold = LOG_LEVELS.indexOf(level);
  const at =
    (own: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (LOG_LEVELS.indexOf(own) < threshold) return;
      write(`${JSON.stringify({ time: new Date().toISOString(), level: own, message, ...fields }, shown)}\n`);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function writeToStandardError(line: string): void {
  process.stderr.write(line);
}

/** Errors have no enumerable members; the chain of causes says what really happened. */
function shown(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return { message: value.message, stack: value.stack, ...(value.cause === undefined ? {} : { cause: value.cause }) };
}
