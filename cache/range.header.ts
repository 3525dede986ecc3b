import type { ByteRange } from './range.ts';

/** What a `Range` header asks of a representation. */
export type RangeRequest =
  | { kind: 'range'; range: ByteRange }
  /** Malformed, of another unit, or several ranges: answered as if the header were absent. */
  | { kind: 'ignored' }
  | { kind: 'unsatisfiable' };

const IGNORED: RangeRequest = { kind: 'ignored' };
const UNSATISFIABLE: RangeRequest = { kind: 'unsatisfiable' };

const BYTES_UNIT = /^bytes=/i;
const RANGE_SPEC = /^(\d*)-(\d*)$/;

/**
 * Reads a `Range` header for a representation of `sizeBytes` (RFC 9110, section 14.2).
 * A last position past the end is clamped. Several ranges are ignored, as a server may: no client of the formats
 * served needs multipart answers, and they invite abuse.
 */
export function readRangeHeader(header: string, sizeBytes: number): RangeRequest {
  if (!BYTES_UNIT.test(header)) return IGNORED;
  const specs = header
    .slice(header.indexOf('=') + 1)
    .split(',')
    .map((spec) => spec.trim())
    .filter((spec) => spec !== '');
  const [spec] = specs;
  if (spec === undefined || specs.length > 1) return IGNORED;
  const [, first, last] = RANGE_SPEC.exec(spec) ?? [];
  if (first === undefined || last === undefined) return IGNORED;
  if (first === '') return last === '' ? IGNORED : suffixRange(Number(last), sizeBytes);
  return intRange(Number(first), last === '' ? Number.POSITIVE_INFINITY : Number(last), sizeBytes);
}

function intRange(first: number, last: number, sizeBytes: number): RangeRequest {
  if (last < first) return IGNORED;
  if (first >= sizeBytes) return UNSATISFIABLE;
  return { kind: 'range', range: { offset: first, length: Math.min(last, sizeBytes - 1) - first + 1 } };
}

function suffixRange(suffixLength: number, sizeBytes: number): RangeRequest {
  if (suffixLength === 0) return UNSATISFIABLE;
  // Satisfiable by definition, but no Content-Range can describe a part of nothing.
  if (sizeBytes === 0) return IGNORED;
  const length = Math.min(suffixLength, sizeBytes);
  return { kind: 'range', range: { offset: sizeBytes - length, length } };
}
