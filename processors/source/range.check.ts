import type { ByteRange } from '../../cache/range.ts';
import { Problem } from '../../cache/problem.ts';
import { shownHref } from './href.shown.ts';

/** 512 MiB: far above any tile, header or index level; a length read out of a damaged file must not exhaust memory. */
const READ_MAX_BYTES = 512 * 1024 * 1024;

/** What a range is checked against. */
export interface SizedSource {
  readonly href: string;
  readonly sizeBytes: number;
}

/**
 * Checks that a range lies inside a source. Offsets are often read out of the source, so a wrong one is its fault.
 * @throws {Problem} `invalid-source`
 */
export function requireRange(source: SizedSource, { offset, length }: ByteRange): void {
  const valid = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (valid && offset + length <= source.sizeBytes) return;
  throw new Problem(
    'invalid-source',
    `${shownHref(source.href)} has ${source.sizeBytes} bytes; ${length} bytes from offset ${offset} do not lie inside ` +
      'it. The file is cut short or an offset in it is wrong.',
  );
}

/**
 * Checks a range that will be held in memory.
 * @throws {Problem} `invalid-source`
 */
export function requireReadable(source: SizedSource, range: ByteRange): void {
  requireRange(source, range);
  if (range.length <= READ_MAX_BYTES) return;
  throw new Problem(
    'invalid-source',
    `${shownHref(source.href)} asks for ${range.length} bytes in one piece; at most ${READ_MAX_BYTES} are read at once.`,
  );
}
