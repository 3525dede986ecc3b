import type { ByteRange } from '../../cache/range.ts';
import { Problem } from '../../cache/problem.ts';
import { quoted } from '../../cache/ids.ts';
import type { ReplyHeaders } from './http.send.ts';
import { TransientFault, parseRetryAfterMs } from './retry.ts';
import { type Pin, derivedValidator, isStrongEtag } from './validator.ts';

/** What was asked for, to check a reply against. */
export interface Asked {
  /** The source's address as messages show it. */
  shown: string;
  range: ByteRange;
  /** Null for the request that finds out; then a reply may hold less than the range, to the end of the file. */
  pin: Pin | null;
  /** When the reply came, milliseconds since 1970. */
  nowMs: number;
}

/** What an accepted reply says. */
export interface Accepted {
  pin: Pin;
  /** Bytes that its body must hold: those from the start of the range on, perhaps not all. */
  length: number;
}

/** Statuses that may be different a moment later. */
const TRANSIENT_STATUSES = new Set([408, 425, 429, 500, 502, 503, 504]);
const MISSING_STATUSES = new Set([404, 410]);

/**
 * Checks status, `Content-Encoding`, `Content-Range` and validators of a reply to a ranged GET, since servers are
 * known to ignore `Range` and `If-Match` (RFC 9110, sections 13.1.1 and 14).
 * @throws {TransientFault} for what may pass when it is tried again.
 * @throws {Problem} `source-missing`, `source-changed`, `source-unavailable`, `invalid-source`, `unsupported-source`.
 */
export function acceptReply(status: number, headers: ReplyHeaders, asked: Asked): Accepted {
  if (status !== 200 && status !== 206) throw statusFault(status, headers, asked);
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw unavailable(
      asked,
      `the server sends it with Content-Encoding ${quoted(encoding)}, so that its byte offsets are lost`,
    );
  }
  const { length, total } = status === 206 ? partialExtent(headers, asked) : wholeExtent(headers, asked);
  return { pin: checkedPin(headers, total, asked), length };
}

function statusFault(status: number, headers: ReplyHeaders, asked: Asked): Error {
  const { shown, pin, nowMs } = asked;
  if (TRANSIENT_STATUSES.has(status)) {
    return new TransientFault(`the server answers with status ${status}`, {
      retryAfterMs: parseRetryAfterMs(headers.get('retry-after'), nowMs),
    });
  }
  if (MISSING_STATUSES.has(status))
    return new Problem('source-missing', `There is no file at ${shown} (status ${status}).`);
  if (status === 412) return changed(asked, 'the server says that the expected state is gone');
  if (status === 416) {
    const total = /^bytes \*\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
    if (pin === null) return new Problem('invalid-source', `The file at ${shown} is empty.`);
    if (total !== undefined && Number(total) !== pin.bytes)
      return changed(asked, `it has ${total} bytes, not ${pin.bytes}`);
  }
  return unavailable(asked, `the server answers with status ${status}`);
}

interface Extent {
  length: number;
  /** Bytes of the whole file. */
  total: number;
}

/** The extent of a 206, from its `Content-Range`. It may stop short of the range; the rest is asked for again. */
function partialExtent(headers: ReplyHeaders, asked: Asked): Extent {
  const { offset, length } = asked.range;
  const text = headers.get('content-range') ?? '';
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/i.exec(text);
  if (match === null) throw unavailable(asked, `the server answers a range with Content-Range ${quoted(text)}`);
  const [first = Number.NaN, last = Number.NaN, total = Number.NaN] = match.slice(1).map(Number);
  if (first !== offset || last < first || last >= Math.min(offset + length, total)) {
    throw new TransientFault(
      `the server answers with ${quoted(text)} when asked for bytes ${offset}-${offset + length - 1}`,
    );
  }
  return { length: last - first + 1, total };
}

/** A 200 serves when the whole file was asked for, and is refused unread otherwise: it may be very long. */
function wholeExtent(headers: ReplyHeaders, asked: Asked): Extent {
  const { offset, length } = asked.range;
  const text = headers.get('content-length') ?? '';
  const total = /^\d{1,15}$/.test(text) ? Number(text) : asked.pin?.bytes;
  if (offset === 0 && total === 0) throw new Problem('invalid-source', `The file at ${asked.shown} is empty.`);
  if (offset === 0 && total !== undefined && total <= length) return { length: total, total };
  throw unavailable(
    asked,
    'the server does not serve byte ranges: it answers a range with the whole file (status 200)',
  );
}

function checkedPin(headers: ReplyHeaders, total: number, asked: Asked): Pin {
  const { shown, pin } = asked;
  const etag = validatorOf(headers, total);
  if (pin === null) {
    if (etag !== null) return { etag, bytes: total };
    throw new Problem(
      'unsupported-source',
      `${shown} has neither a strong ETag nor a Last-Modified date, so a change of the file could not be told.`,
    );
  }
  if (total !== pin.bytes) throw changed(asked, `it has ${total} bytes, not ${pin.bytes}`);
  if (etag !== pin.etag) throw changed(asked, `its validator is ${etag ?? 'missing'}, not ${pin.etag}`);
  return pin;
}

/** The strong ETag, else a validator of size and `Last-Modified`, else null. A weak ETag does not vouch for bytes. */
function validatorOf(headers: ReplyHeaders, total: number): string | null {
  const etag = headers.get('etag');
  if (etag !== null && isStrongEtag(etag)) return etag;
  const modifiedMs = Date.parse(headers.get('last-modified') ?? '');
  return Number.isNaN(modifiedMs) ? null : derivedValidator(total, modifiedMs);
}

function changed({ shown }: Asked, how: string): Problem {
  return new Problem('source-changed', `${shown} was changed or replaced: ${how}. Ask for the clip again.`);
}

function unavailable({ shown }: Asked, why: string): Problem {
  return new Problem('source-unavailable', `${shown} cannot be read: ${why}.`);
}
