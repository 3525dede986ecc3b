import { formatHttpDate } from './http.date.ts';
import { evaluatePreconditions, type HeaderGetter, rangeApplies, type Validators } from './precondition.ts';
import { readRangeHeader, type RangeRequest } from './range.header.ts';
import type { ByteRange } from './range.ts';

/** The file that a URL names now. */
export interface Representation extends Validators {
  sizeBytes: number;
}

export interface DeliveryRequest {
  method: string;
  headers: HeaderGetter;
}

/** How to answer a request for a file. */
export interface Delivery {
  status: 200 | 206 | 304 | 412 | 416;
  /** What to send of the file: null for nothing. HEAD is decided as GET would be, and sends no body. */
  range: ByteRange | null;
  /** All headers that follow from the decision; the caller adds media type, disposition and the like. */
  headers: Record<string, string>;
}

/** Answers about a failed request hold for that request only. */
const NOT_STORED = 'no-store';

/**
 * Decides how to answer a request for a file that exists: status, bytes and headers, as RFC 9110, sections 13 and
 * 14, have it. Pure: knows no store and no transport.
 *
 * Preconditions go before ranges. `Range` counts for GET only; one range gives 206; several, a malformed one or one
 * whose `If-Range` does not hold give the whole file; one outside the file gives 416. For 412 and 416 the caller
 * writes a problem as the body.
 *
 * @param cacheControl `Cache-Control` of the file, sent with 200, 206 and 304.
 */
export function decideDelivery(request: DeliveryRequest, file: Representation, cacheControl: string): Delivery {
  const common = {
    'Accept-Ranges': 'bytes',
    ETag: file.etag,
    'Last-Modified': formatHttpDate(file.lastModified),
  };
  const outcome = evaluatePreconditions(request.method, request.headers, file);
  if (outcome === 'failed') {
    return { status: 412, range: null, headers: { ...common, 'Cache-Control': NOT_STORED } };
  }
  const cached = { ...common, 'Cache-Control': cacheControl };
  if (outcome === 'not-modified') return { status: 304, range: null, headers: cached };

  const wanted = requestedRange(request, file);
  if (wanted.kind === 'unsatisfiable') {
    const headers = { ...common, 'Cache-Control': NOT_STORED, 'Content-Range': `bytes */${file.sizeBytes}` };
    return { status: 416, range: null, headers };
  }
  if (wanted.kind === 'ignored') {
    const whole = { offset: 0, length: file.sizeBytes };
    return { status: 200, range: whole, headers: { ...cached, 'Content-Length': String(whole.length) } };
  }
  const { offset, length } = wanted.range;
  const headers = {
    ...cached,
    'Content-Length': String(length),
    'Content-Range': `bytes ${offset}-${offset + length - 1}/${file.sizeBytes}`,
  };
  return { status: 206, range: wanted.range, headers };
}

function requestedRange({ method, headers }: DeliveryRequest, file: Representation): RangeRequest {
  const header = method === 'GET' ? headers.get('Range') : null;
  if (header === null || !rangeApplies(headers, file)) return { kind: 'ignored' };
  return readRangeHeader(header.trim(), file.sizeBytes);
}
