import { type Clock, systemClock } from './clock.ts';
import { type Lookup, systemLookup } from './host.lookup.ts';
import { type HttpSend, httpSend } from './http.send.ts';
import { DEFAULT_SOURCE_LIMITS, type SourceLimits } from './limits.ts';

export const SOURCE_SCHEMES = ['https', 'http', 's3', 'file'] as const;
export type SourceScheme = (typeof SOURCE_SCHEMES)[number];

/** Where `s3:` sources lie. */
export interface S3Settings {
  /** Base URL of the service; buckets are addressed by path, which every S3 service understands. */
  endpoint: string;
  region: string;
  /** Null for buckets that anyone may read. */
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | null;
}

/** What {@link openSource} depends on. Made once per process. */
export interface SourceContext {
  /** Schemes that may be opened; redirects stay within them too. */
  schemes: readonly SourceScheme[];
  /** Folders, as absolute paths, that `file:` sources must lie in after symbolic links are followed. */
  fileRoots: readonly string[];
  s3: S3Settings | null;
  limits: SourceLimits;
  send: HttpSend;
  clock: Clock;
  /** Tells whether a redirect leaves the public internet. */
  lookup: Lookup;
}

/** A context that opens `https:` only, with the default limits, except for what is given. */
export function sourceContext(given: Partial<SourceContext> = {}): SourceContext {
  return {
    schemes: ['https'],
    fileRoots: [],
    s3: null,
    limits: DEFAULT_SOURCE_LIMITS,
    send: httpSend(),
    clock: systemClock,
    lookup: systemLookup,
    ...given,
  };
}
