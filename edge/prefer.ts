/** How long a request may wait for a clip, unless it says otherwise, in milliseconds. */
const WAIT_DEFAULT_MS = 20_000;
/** The longest wait that is granted: proxies and clients give up on silent connections after about a minute. */
const WAIT_MAX_MS = 60_000;

/** What a request asks for by `Prefer`. */
export interface Preference {
  waitMs: number;
  /** What was honoured, for `Preference-Applied`; null when the request asked for nothing that is known. */
  applied: string | null;
}

/**
 * Reads `Prefer` (RFC 7240): `respond-async` and `wait=SECONDS`. With both, `wait` says how long the answer may take
 * before it becomes asynchronous. Unknown and malformed preferences are ignored, as the specification demands.
 */
export function readPreference(header: string | null): Preference {
  const preferences = (header ?? '').split(',').map((item) => item.split(';', 1)[0]?.trim().toLowerCase() ?? '');
  const wait = preferences
    .map((item) => /^wait\s*=\s*"?(\d{1,9})"?$/.exec(item)?.[1])
    .find((text) => text !== undefined);
  const async = preferences.includes('respond-async');
  if (wait !== undefined) {
    const waitMs = Math.min(Number(wait) * 1000, WAIT_MAX_MS);
    return { waitMs, applied: `${async ? 'respond-async, ' : ''}wait=${waitMs / 1000}` };
  }
  return async ? { waitMs: 0, applied: 'respond-async' } : { waitMs: WAIT_DEFAULT_MS, applied: null };
}
