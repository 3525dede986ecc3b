import { formatClipPath } from '../cache/clip-path.ts';
import { contentDisposition } from '../cache/disposition.ts';
import type { ClipRecord } from '../cache/record.ts';
import type { ClipTarget } from './clip.target.ts';
import { encodePart } from './path.params.ts';

/** A named URL may come to mean another file, so it is looked at again soon; `no-transform` keeps byte ranges true. */
export const NAMED_CACHE_CONTROL = 'public, max-age=300, stale-while-revalidate=86400, no-transform';
/** `?v=` names the bytes themselves; a year is what caches take for ever. */
export const IMMUTABLE_CACHE_CONTROL = 'public, max-age=31536000, immutable, no-transform';

/** How an answer came about, for `Cache-Status`. */
export interface CacheOutcome {
  /** It was made before this request. */
  isHit: boolean;
  /** Another request had it made. */
  isCollapsed: boolean;
  isVirtual: boolean;
  /** A newer clip is being made. */
  isStale: boolean;
}

/** `Cache-Status` (RFC 9211). */
export function cacheStatus({ isHit, isCollapsed, isVirtual, isStale }: CacheOutcome): string {
  const detail = [isStale ? 'stale' : '', isVirtual ? 'virtual' : ''].filter(Boolean).join('-');
  const members = ['cutline', isHit ? 'hit' : 'fwd=miss', isHit ? '' : 'stored', isCollapsed ? 'collapsed' : ''];
  return [...members, detail === '' ? '' : `detail=${detail}`].filter(Boolean).join('; ');
}

/** The headers that describe a clip, whatever part of it is sent. */
export function clipHeaders(target: ClipTarget, record: ClipRecord): Record<string, string> {
  const packagePath = `/packages/${encodePart(target.path.boundary)}`;
  const links = [
    `<${target.file.version.licence.path}>; rel="license"`,
    `<${packagePath}/datapackage.json>; rel="describedby"; type="application/json"`,
    `<${packagePath}>; rel="collection"`,
    `<${clipUrl(target)}?v=${record.fingerprint}>; rel="permalink"`,
  ];
  return {
    'content-type': record.mediaType,
    'content-disposition': contentDisposition(target.path.file),
    link: links.join(', '),
    ...(record.sha256 === null ? {} : { 'repr-digest': reprDigest(record.sha256) }),
  };
}

/** Path of a clip's named URL. */
function clipUrl(target: ClipTarget): string {
  return `/packages/${formatClipPath(target.path).split('/').map(encodePart).join('/')}`;
}

/** `Repr-Digest` (RFC 9530) from a SHA-256 in hexadecimal. */
function reprDigest(sha256: string): string {
  const bytes = (sha256.match(/../g) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16)));
  return `sha-256=:${btoa(bytes.join(''))}:`;
}
