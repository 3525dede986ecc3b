import { Problem } from '../../cache/problem.ts';

/** System and SQLSTATE codes that say the database is not there, and what that means. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at its address',
  ENOTFOUND: 'its host is unknown',
  ETIMEDOUT: 'it did not answer in time',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
  '57P01': 'it is shutting down',
  '57P03': 'it is starting up',
  '53300': 'it has no connection left',
  '28P01': 'it refused the password',
  '28000': 'it refused the user',
  '3D000': 'the database named in DATABASE_URL does not exist',
};
/** Messages of `pg` itself, which carry no code. */
const UNREACHABLE_MESSAGES =
  /timeout exceeded when trying to connect|connection terminated|query read timeout|client has encountered a connection error/i;

/** A database that cannot be reached becomes a Problem which may be tried again; any other error stays what it is. */
export function databaseError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Problem) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const reason = UNREACHABLE[code] ?? (UNREACHABLE_MESSAGES.test(error.message) ? 'it did not answer' : undefined);
  if (reason === undefined) return error;
  return new Problem('origin-unavailable', `The database cannot be used at the moment: ${reason}.`, {
    cause: error,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

/** Whether a database that could not be used may be there in a moment: not so when it refused who asked. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Problem) || error.kind !== 'origin-unavailable') return false;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return !REFUSALS.has(code);
}

const REFUSALS = new Set(['28P01', '28000', '3D000']);
const RETRY_AFTER_SECONDS = 5;
