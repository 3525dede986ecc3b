/** What browsers may send across origins. All data are public, so any origin may read them, without credentials. */
const ALLOWED_HEADERS =
  'Range, If-Range, If-None-Match, If-Modified-Since, If-Match, If-Unmodified-Since, Prefer, Content-Type';
const EXPOSED_HEADERS = [
  'Accept-Ranges',
  'Cache-Status',
  'Content-Disposition',
  'Content-Length',
  'Content-Range',
  'ETag',
  'Last-Modified',
  'Link',
  'Location',
  'Preference-Applied',
  'Repr-Digest',
  'Retry-After',
].join(', ');
/** A day: preflights are pure overhead and the answer does not change. */
const PREFLIGHT_MAX_AGE_SECONDS = 86_400;

/** Lets scripts of any site read an answer and all headers that matter. */
export function allowAnyOrigin(headers: Headers): void {
  headers.set('access-control-allow-origin', '*');
  headers.set('access-control-expose-headers', EXPOSED_HEADERS);
}

/** Answers `OPTIONS`, preflight or not. */
export function optionsAnswer(allow: string): Response {
  return new Response(null, {
    status: 204,
    headers: {
      allow,
      'access-control-allow-methods': allow,
      'access-control-allow-headers': ALLOWED_HEADERS,
      'access-control-max-age': String(PREFLIGHT_MAX_AGE_SECONDS),
    },
  });
}
