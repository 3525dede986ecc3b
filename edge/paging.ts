import { quoted } from '../cache/ids.ts';
import { Problem } from '../cache/problem.ts';

const LIMIT_DEFAULT = 100;
/** Enough for all countries at once; keeps an answer below about 300 kB. */
const LIMIT_MAX = 1000;

export interface PageOf<T> {
  items: T[];
  /** `Link` to the next page; empty on the last one. */
  headers: Record<string, string>;
}

/**
 * Cuts a list to the page that `limit` and `offset` ask for.
 * @throws {Problem} `invalid-request` when either is no whole number in its range.
 */
export function pageOf<T>(list: readonly T[], url: URL): PageOf<T> {
  const limit = wholeNumber(url, 'limit', LIMIT_DEFAULT, 1, LIMIT_MAX);
  const offset = wholeNumber(url, 'offset', 0, 0, Number.MAX_SAFE_INTEGER);
  const items = list.slice(offset, offset + limit);
  if (offset + limit >= list.length) return { items, headers: {} };
  const next = new URL(url);
  next.searchParams.set('limit', String(limit));
  next.searchParams.set('offset', String(offset + limit));
  return { items, headers: { link: `<${next.pathname}${next.search}>; rel="next"` } };
}

function wholeNumber(url: URL, name: string, otherwise: number, min: number, max: number): number {
  const text = url.searchParams.get(name);
  if (text === null) return otherwise;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new Problem('invalid-request', `${name}=${quoted(text)} is not a whole number from ${min} to ${max}.`);
}
