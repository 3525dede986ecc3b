import { parseHttpDate } from './http.date.ts';

/** Reads a header by its name in any case; null when it is absent. `Headers` fits. */
export interface HeaderGetter {
  get(name: string): string | null;
}

/** What preconditions compare with. */
export interface Validators {
  /** Strong, with its quotes. */
  etag: string;
  lastModified: Date;
}

export type PreconditionOutcome = 'proceed' | 'not-modified' | 'failed';

/**
 * Evaluates `If-Match`, `If-Unmodified-Since`, `If-None-Match` and `If-Modified-Since` for a resource that exists,
 * in the order of RFC 9110, section 13.2.2. A date that is not an HTTP-date is ignored; an entity tag that is not
 * well-formed matches nothing.
 */
export function evaluatePreconditions(
  method: string,
  headers: HeaderGetter,
  validators: Validators,
): PreconditionOutcome {
  const isRead = method === 'GET' || method === 'HEAD';
  const ifMatch = headers.get('If-Match');
  if (ifMatch !== null) {
    if (!listMatches(ifMatch, (tag) => tag === validators.etag)) return 'failed';
  } else if (isAfter(validators.lastModified, headers.get('If-Unmodified-Since')) === true) {
    return 'failed';
  }
  const ifNoneMatch = headers.get('If-None-Match');
  if (ifNoneMatch !== null) {
    if (!listMatches(ifNoneMatch, (tag) => opaque(tag) === opaque(validators.etag))) return 'proceed';
    return isRead ? 'not-modified' : 'failed';
  }
  const unmodified = isRead && isAfter(validators.lastModified, headers.get('If-Modified-Since')) === false;
  return unmodified ? 'not-modified' : 'proceed';
}

/**
 * Whether `If-Range` lets a `Range` apply (RFC 9110, section 13.1.5): it is absent, or holds exactly the strong
 * ETag, or exactly the Last-Modified date.
 */
export function rangeApplies(headers: HeaderGetter, validators: Validators): boolean {
  const ifRange = headers.get('If-Range')?.trim();
  if (ifRange === undefined || ifRange === validators.etag) return true;
  return parseHttpDate(ifRange) === wholeSeconds(validators.lastModified);
}

/** One member of a list of entity tags, and what goes before and after; a tag may hold commas. */
const LIST_MEMBER = String.raw`[ \t,]*((?:W/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?=,|$)`;

function listMatches(list: string, matches: (tag: string) => boolean): boolean {
  if (list.trim() === '*') return true;
  const members = new RegExp(LIST_MEMBER, 'y');
  for (let tag = members.exec(list)?.[1]; tag !== undefined; tag = members.exec(list)?.[1]) {
    if (matches(tag)) return true;
  }
  return false;
}

/** An entity tag without its weakness mark: all that weak comparison looks at. */
function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}

/** Whether a date lies after the one of a header; undefined when the header is absent or not an HTTP-date. */
function isAfter(date: Date, header: string | null): boolean | undefined {
  const seconds = header === null ? null : parseHttpDate(header.trim());
  return seconds === null ? undefined : wholeSeconds(date) > seconds;
}

/** HTTP dates know no fractions of a second. */
function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
