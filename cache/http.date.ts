const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = String.raw`(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})`;
const DAY_NAME = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY_NAME = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day';

/** The three forms that RFC 9110, section 5.6.7, has recipients accept: IMF-fixdate, RFC 850, asctime. */
const FORMS = [
  new RegExp(String.raw`^${DAY_NAME}, (?<day>\d{2}) ${MONTH} (?<year>\d{4}) ${TIME} GMT$`),
  new RegExp(String.raw`^${LONG_DAY_NAME}, (?<day>\d{2})-${MONTH}-(?<year>\d{2}) ${TIME} GMT$`),
  new RegExp(String.raw`^${DAY_NAME} ${MONTH} (?<day>[ \d]\d) ${TIME} (?<year>\d{4})$`),
];

/** A two-digit year further ahead than this means the century before (RFC 9110, section 5.6.7). */
const TWO_DIGIT_YEARS_AHEAD = 50;

/** Reads an HTTP-date as seconds since 1970; null when it is not one. `Date.parse` would take far more forms. */
export function parseHttpDate(text: string, nowMs: number = Date.now()): number | null {
  const parts = FORMS.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return null;
  const day = Number(parts['day']);
  const hour = Number(parts['hour']);
  const minute = Number(parts['minute']);
  const second = Number(parts['second']);
  const month = MONTHS.indexOf(parts['month'] ?? '');
  // A leap second counts as the second before.
  if (hour > 23 || minute > 59 || second > 60) return null;
  const timeMs = Date.UTC(fullYear(parts['year'] ?? '', nowMs), month, day, hour, minute, Math.min(second, 59));
  return new Date(timeMs).getUTCDate() === day ? timeMs / 1000 : null;
}

function fullYear(written: string, nowMs: number): number {
  const year = Number(written);
  if (written.length !== 2) return year;
  const thisYear = new Date(nowMs).getUTCFullYear();
  const inThisCentury = thisYear - (thisYear % 100) + year;
  return inThisCentury > thisYear + TWO_DIGIT_YEARS_AHEAD ? inThisCentury - 100 : inThisCentury;
}

/** Writes an IMF-fixdate; fractions of a second are dropped. */
export function formatHttpDate(date: Date): string {
  return date.toUTCString();
}
