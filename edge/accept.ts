import { Problem } from '../cache/problem.ts';
import { quoted } from '../cache/ids.ts';

const HTML = 'text/html';
const JSON_TYPE = 'application/json';

/**
 * Whether a request wants a page rather than JSON: by `f=html` or `f=json`, else by `Accept` (RFC 9110, section 12.5.1).
 * JSON is the default, so that `curl` and scripts get it; browsers name `text/html`.
 * @throws {Problem} `invalid-request` for another `f`.
 */
export function wantsHtml(request: Request): boolean {
  const format = new URL(request.url).searchParams.get('f');
  if (format === 'html') return true;
  if (format === 'json') return false;
  if (format !== null) throw new Problem('invalid-request', `f=${quoted(format)} is not known. Use f=html or f=json.`);
  return prefersHtml(request.headers.get('accept'));
}

/** Whether an `Accept` header ranks HTML above JSON. */
export function prefersHtml(accept: string | null): boolean {
  if (accept === null) return false;
  return quality(accept, HTML) > quality(accept, JSON_TYPE);
}

/** Quality of a media type, 0 to 1, from the most specific range that holds it. */
function quality(accept: string, mediaType: string): number {
  const ranges = [mediaType, `${mediaType.split('/', 1)[0]}/*`, '*/*'];
  let best = { rank: ranges.length, quality: 0 };
  for (const item of accept.split(',')) {
    const [range = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const rank = ranges.indexOf(range);
    if (rank === -1 || rank >= best.rank) continue;
    const weight = parameters.map((parameter) => /^q=([01](?:\.\d{0,3})?)$/.exec(parameter)?.[1]).find(Boolean);
    best = { rank, quality: weight === undefined ? 1 : Number(weight) };
  }
  return best.quality;
}
