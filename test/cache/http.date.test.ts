import { describe, expect, test } from 'vitest';
import { formatHttpDate, parseHttpDate } from '../../cache/http.date.ts';

const NOW_MS = Date.UTC(2026, 10, 21);
const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37) / 1000;

describe('parseHttpDate', () => {
  test.each<[string, string, number | null]>([
    ['IMF-fixdate', 'Sun, 06 Nov 1994 08:49:37 GMT', EXAMPLE],
    ['RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT', EXAMPLE],
    ['asctime', 'Sun Nov  6 08:49:37 1994', EXAMPLE],
    ['two-digit year up to 50 years ahead', 'Friday, 06-Nov-76 08:49:37 GMT', Date.UTC(2076, 10, 6, 8, 49, 37) / 1000],
    ['two-digit year further ahead', 'Saturday, 06-Nov-77 08:49:37 GMT', Date.UTC(1977, 10, 6, 8, 49, 37) / 1000],
    ['leap second', 'Sat, 31 Dec 2016 23:59:60 GMT', Date.UTC(2016, 11, 31, 23, 59, 59) / 1000],
    ['leap day', 'Thu, 29 Feb 2024 00:00:00 GMT', Date.UTC(2024, 1, 29) / 1000],
    ['no leap day', 'Wed, 29 Feb 2023 00:00:00 GMT', null],
    ['day 0', 'Sun, 00 Nov 1994 08:49:37 GMT', null],
    ['hour 24', 'Sun, 06 Nov 1994 24:00:00 GMT', null],
    ['minute 60', 'Sun, 06 Nov 1994 08:60:00 GMT', null],
    ['month in lower case', 'Sun, 06 nov 1994 08:49:37 GMT', null],
    ['another zone', 'Sun, 06 Nov 1994 08:49:37 UTC', null],
    ['ISO 8601', '1994-11-06T08:49:37Z', null],
    ['text after it', 'Sun, 06 Nov 1994 08:49:37 GMT, x', null],
    ['nothing', '', null],
  ])('%s', (_, text, expected) => {
    expect(parseHttpDate(text, NOW_MS)).toBe(expected);
  });

  test('reads what formatHttpDate writes', () => {
    for (let timeMs = 0; timeMs < 4e12; timeMs += 12_345_678_901) {
      expect(parseHttpDate(formatHttpDate(new Date(timeMs)))).toBe(Math.floor(timeMs / 1000));
    }
  });
});
