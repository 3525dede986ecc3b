import { describe, expect, test } from 'vitest';
import { decideDelivery } from '../../cache/delivery.ts';

const SIZE = 1000;
const ETAG = '"v1"';
const MODIFIED = 'Tue, 15 Nov 1994 12:45:26 GMT';
const BEFORE = 'Tue, 15 Nov 1994 12:45:25 GMT';
const AFTER = 'Tue, 15 Nov 1994 12:45:27 GMT';
/** Half a second later: HTTP dates drop it. */
const FILE = { sizeBytes: SIZE, etag: ETAG, lastModified: new Date('1994-11-15T12:45:26.500Z') };
const CACHE_CONTROL = 'public, max-age=300, no-transform';

type Given = Record<string, string>;

function decide(headers: Given, method = 'GET', file = FILE) {
  return decideDelivery({ method, headers: new Headers(headers) }, file, CACHE_CONTROL);
}

/** `[why, headers, status]`, or `[first, length]` for a 206. */
type Case = [why: string, headers: Given, expected: number | [offset: number, length: number]];

function check(cases: readonly Case[], method = 'GET', file = FILE): void {
  test.each(cases)('%s', (_, headers, expected) => {
    const { status, range } = decide(headers, method, file);
    if (typeof expected === 'number') {
      expect(status).toBe(expected);
      expect(range).toEqual(expected === 200 ? { offset: 0, length: file.sizeBytes } : null);
    } else {
      expect({ status, range }).toEqual({ status: 206, range: { offset: expected[0], length: expected[1] } });
    }
  });
}

describe('Range', () => {
  check([
    ['none: the whole file', {}, 200],
    ['first byte', { Range: 'bytes=0-0' }, [0, 1]],
    ['first bytes', { Range: 'bytes=0-99' }, [0, 100]],
    ['middle', { Range: 'bytes=100-199' }, [100, 100]],
    ['last byte by position', { Range: 'bytes=999-999' }, [999, 1]],
    ['open ended', { Range: 'bytes=990-' }, [990, 10]],
    ['open ended from the start is still partial', { Range: 'bytes=0-' }, [0, 1000]],
    ['last position past the end is clamped', { Range: 'bytes=990-5000' }, [990, 10]],
    ['last position beyond all integers is clamped', { Range: `bytes=990-${'9'.repeat(400)}` }, [990, 10]],
    ['suffix', { Range: 'bytes=-1' }, [999, 1]],
    ['suffix as long as the file', { Range: 'bytes=-1000' }, [0, 1000]],
    ['suffix longer than the file', { Range: 'bytes=-5000' }, [0, 1000]],
    ['leading zeros', { Range: 'bytes=0000-0009' }, [0, 10]],
    ['unit in any case', { Range: 'BYTES=0-9' }, [0, 10]],
    ['white space around', { Range: ' bytes= 0-9 ' }, [0, 10]],
    ['empty list members do not count', { Range: 'bytes=,0-9,,' }, [0, 10]],
    ['first position at the end', { Range: 'bytes=1000-' }, 416],
    ['first position past the end', { Range: 'bytes=5000-6000' }, 416],
    ['first position beyond all integers', { Range: `bytes=${'9'.repeat(400)}-` }, 416],
    ['suffix of nothing', { Range: 'bytes=-0' }, 416],
    ['several', { Range: 'bytes=0-9,20-29' }, 200],
    ['several, one of them outside', { Range: 'bytes=0-9,5000-' }, 200],
    ['several, none inside', { Range: 'bytes=5000-,6000-' }, 200],
    ['last before first', { Range: 'bytes=9-0' }, 200],
    ['last before first, past the end', { Range: 'bytes=5000-4000' }, 200],
    ['another unit', { Range: 'items=0-9' }, 200],
    ['no unit', { Range: '0-9' }, 200],
    ['no numbers', { Range: 'bytes=-' }, 200],
    ['no range', { Range: 'bytes=' }, 200],
    ['no dash', { Range: 'bytes=5' }, 200],
    ['letters', { Range: 'bytes=a-b' }, 200],
    ['hexadecimal', { Range: 'bytes=0x1-0x9' }, 200],
    ['signed', { Range: 'bytes=+1-9' }, 200],
    ['negative first (what clients send that cannot read Content-Range)', { Range: 'bytes=--2' }, 200],
    ['fractions', { Range: 'bytes=0.5-9' }, 200],
    ['exponents', { Range: 'bytes=1e1-99' }, 200],
    ['space inside', { Range: 'bytes=0 - 9' }, 200],
    ['space before the equals sign', { Range: 'bytes =0-9' }, 200],
    ['full-width digits', { Range: 'bytes=0-\u00b9' }, 200],
  ]);
});

describe('Range of a file of no bytes', () => {
  const empty = { ...FILE, sizeBytes: 0 };
  check(
    [
      ['none', {}, 200],
      ['from the start', { Range: 'bytes=0-' }, 416],
      ['first byte', { Range: 'bytes=0-0' }, 416],
      ['a suffix is satisfiable, but no Content-Range can say so', { Range: 'bytes=-5' }, 200],
      ['a suffix of nothing', { Range: 'bytes=-0' }, 416],
    ],
    'GET',
    empty,
  );
});

describe('Range of a file of one byte', () => {
  const one = { ...FILE, sizeBytes: 1 };
  check(
    [
      ['first byte', { Range: 'bytes=0-0' }, [0, 1]],
      ['more than there is', { Range: 'bytes=0-99' }, [0, 1]],
      ['suffix', { Range: 'bytes=-99' }, [0, 1]],
      ['second byte', { Range: 'bytes=1-1' }, 416],
    ],
    'GET',
    one,
  );
});

describe('If-Range', () => {
  const Range = 'bytes=0-9';
  check([
    ['the strong ETag', { Range, 'If-Range': ETAG }, [0, 10]],
    ['the ETag with white space around', { Range, 'If-Range': ` ${ETAG} ` }, [0, 10]],
    ['another ETag', { Range, 'If-Range': '"v2"' }, 200],
    ['the ETag, weak', { Range, 'If-Range': `W/${ETAG}` }, 200],
    ['the ETag without quotes', { Range, 'If-Range': 'v1' }, 200],
    ['a list is not allowed', { Range, 'If-Range': `${ETAG}, "v2"` }, 200],
    ['* is not allowed', { Range, 'If-Range': '*' }, 200],
    ['empty', { Range, 'If-Range': '' }, 200],
    ['the date', { Range, 'If-Range': MODIFIED }, [0, 10]],
    ['the date in the form of RFC 850', { Range, 'If-Range': 'Tuesday, 15-Nov-94 12:45:26 GMT' }, [0, 10]],
    ['an earlier date', { Range, 'If-Range': BEFORE }, 200],
    ['a later date: it must match exactly', { Range, 'If-Range': AFTER }, 200],
    ['no date', { Range, 'If-Range': 'yesterday' }, 200],
    ['without Range it means nothing', { 'If-Range': ETAG }, 200],
    ['mismatch hides that the range is outside', { Range: 'bytes=5000-', 'If-Range': '"v2"' }, 200],
    ['match shows that the range is outside', { Range: 'bytes=5000-', 'If-Range': ETAG }, 416],
  ]);
});

describe('If-None-Match', () => {
  check([
    ['the ETag', { 'If-None-Match': ETAG }, 304],
    ['the ETag, weak: comparison is weak', { 'If-None-Match': `W/${ETAG}` }, 304],
    ['another', { 'If-None-Match': '"v2"' }, 200],
    ['any', { 'If-None-Match': '*' }, 304],
    ['a list that holds it', { 'If-None-Match': '"v0", "v1" , "v2"' }, 304],
    ['a list without white space', { 'If-None-Match': '"v0","v1"' }, 304],
    ['a list with empty members', { 'If-None-Match': ', ,"v1",' }, 304],
    ['a list that does not hold it', { 'If-None-Match': '"v0", W/"v2"' }, 200],
    ['one that holds it between commas', { 'If-None-Match': '"v0,v1"' }, 200],
    ['one that begins with it', { 'If-None-Match': '"v1-gzip"' }, 200],
    ['without quotes', { 'If-None-Match': 'v1' }, 200],
    ['an open quote', { 'If-None-Match': '"v1' }, 200],
    ['weak mark in lower case', { 'If-None-Match': 'w/"v1"' }, 200],
    ['empty', { 'If-None-Match': '' }, 200],
    ['* in a list is a token like any other', { 'If-None-Match': '"v2", *' }, 200],
    ['goes before Range', { 'If-None-Match': ETAG, Range: 'bytes=0-9' }, 304],
    ['no match leaves Range to count', { 'If-None-Match': '"v2"', Range: 'bytes=0-9' }, [0, 10]],
    ['no match: If-Modified-Since is not looked at', { 'If-None-Match': '"v2"', 'If-Modified-Since': AFTER }, 200],
    ['match: If-Modified-Since is not looked at', { 'If-None-Match': ETAG, 'If-Modified-Since': BEFORE }, 304],
  ]);
});

describe('If-Modified-Since', () => {
  check([
    ['the same second', { 'If-Modified-Since': MODIFIED }, 304],
    ['later', { 'If-Modified-Since': AFTER }, 304],
    ['in the far future', { 'If-Modified-Since': 'Fri, 31 Dec 9999 23:59:59 GMT' }, 304],
    ['earlier', { 'If-Modified-Since': BEFORE }, 200],
    ['RFC 850', { 'If-Modified-Since': 'Tuesday, 15-Nov-94 12:45:26 GMT' }, 304],
    ['asctime', { 'If-Modified-Since': 'Tue Nov 15 12:45:26 1994' }, 304],
    ['not an HTTP-date', { 'If-Modified-Since': '2020-01-01T00:00:00Z' }, 200],
    ['impossible date', { 'If-Modified-Since': 'Thu, 31 Feb 2030 00:00:00 GMT' }, 200],
    ['another time zone', { 'If-Modified-Since': 'Tue, 15 Nov 2033 12:45:26 +0100' }, 200],
    ['seconds since 1970', { 'If-Modified-Since': '4102444800' }, 200],
    ['goes before Range', { 'If-Modified-Since': MODIFIED, Range: 'bytes=0-9' }, 304],
  ]);
});

describe('If-Match', () => {
  check([
    ['the ETag', { 'If-Match': ETAG }, 200],
    ['any', { 'If-Match': '*' }, 200],
    ['a list that holds it', { 'If-Match': '"v0", "v1"' }, 200],
    ['another', { 'If-Match': '"v2"' }, 412],
    ['the ETag, weak: comparison is strong', { 'If-Match': `W/${ETAG}` }, 412],
    ['without quotes', { 'If-Match': 'v1' }, 412],
    ['empty', { 'If-Match': '' }, 412],
    ['match leaves Range to count', { 'If-Match': ETAG, Range: 'bytes=0-9' }, [0, 10]],
    ['mismatch goes before Range', { 'If-Match': '"v2"', Range: 'bytes=0-9' }, 412],
    ['mismatch goes before a range outside', { 'If-Match': '"v2"', Range: 'bytes=5000-' }, 412],
    ['mismatch goes before If-None-Match', { 'If-Match': '"v2"', 'If-None-Match': ETAG }, 412],
    ['match, then If-None-Match', { 'If-Match': ETAG, 'If-None-Match': ETAG }, 304],
    ['match: If-Unmodified-Since is not looked at', { 'If-Match': ETAG, 'If-Unmodified-Since': BEFORE }, 200],
  ]);
});

describe('If-Unmodified-Since', () => {
  check([
    ['the same second', { 'If-Unmodified-Since': MODIFIED }, 200],
    ['later', { 'If-Unmodified-Since': AFTER }, 200],
    ['earlier', { 'If-Unmodified-Since': BEFORE }, 412],
    ['not an HTTP-date', { 'If-Unmodified-Since': 'yesterday' }, 200],
    ['goes before If-None-Match', { 'If-Unmodified-Since': BEFORE, 'If-None-Match': ETAG }, 412],
    ['holds, then Range', { 'If-Unmodified-Since': AFTER, Range: 'bytes=-10' }, [990, 10]],
  ]);
});

describe('HEAD', () => {
  check(
    [
      ['is as GET', {}, 200],
      ['ignores Range, which is defined for GET only', { Range: 'bytes=0-9' }, 200],
      ['ignores a range outside', { Range: 'bytes=5000-' }, 200],
      ['If-None-Match', { 'If-None-Match': ETAG }, 304],
      ['If-Modified-Since', { 'If-Modified-Since': MODIFIED }, 304],
      ['If-Match', { 'If-Match': '"v2"' }, 412],
    ],
    'HEAD',
  );
});

describe('other methods', () => {
  check(
    [
      ['If-None-Match fails instead of answering 304', { 'If-None-Match': ETAG }, 412],
      ['If-Modified-Since is for GET and HEAD', { 'If-Modified-Since': MODIFIED }, 200],
      ['Range is for GET', { Range: 'bytes=0-9' }, 200],
    ],
    'PUT',
  );
});

describe('headers', () => {
  const common = { 'Accept-Ranges': 'bytes', ETag: ETAG, 'Last-Modified': MODIFIED };
  const cached = { ...common, 'Cache-Control': CACHE_CONTROL };

  test.each<[string, Given, Given]>([
    ['200', {}, { ...cached, 'Content-Length': '1000' }],
    ['206', { Range: 'bytes=-10' }, { ...cached, 'Content-Length': '10', 'Content-Range': 'bytes 990-999/1000' }],
    ['304 has no length', { 'If-None-Match': ETAG }, cached],
    ['412 is not stored', { 'If-Match': '"v2"' }, { ...common, 'Cache-Control': 'no-store' }],
    [
      '416 tells the size and is not stored',
      { Range: 'bytes=1000-' },
      { ...common, 'Cache-Control': 'no-store', 'Content-Range': 'bytes */1000' },
    ],
  ])('of %s', (_, given, expected) => {
    expect(decide(given).headers).toEqual(expected);
  });

  test('of 200 are the same for HEAD', () => {
    expect(decide({}, 'HEAD')).toEqual(decide({}, 'GET'));
  });
});
