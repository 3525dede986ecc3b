import type { RangeReader } from '../../cache/range.ts';
import { Problem } from '../../cache/problem.ts';
import { quoted } from '../../cache/ids.ts';
import { type SourceContext, type SourceScheme, SOURCE_SCHEMES } from './context.ts';
import type { Pin } from './validator.ts';

/**
 * Opens a source by its URL and pins it to its present state or to the one expected. Only the reader of its scheme is
 * loaded: a process that makes one clip needs no other.
 * @param expect What an earlier reader said of the file: `etag` and `sizeBytes`. Over the network this spares the first request.
 * @throws {Problem} `unsupported-source` for a URL or scheme that may not be opened; else see {@link RangeReader}.
 */
export async function openSource(
  href: string,
  context: SourceContext,
  expect?: Pin,
  signal?: AbortSignal,
): Promise<RangeReader> {
  switch (requireScheme(href, context)) {
    case 'https':
    case 'http':
      return (await import('./source.http.ts')).openHttpSource(href, context, { expect, signal });
    case 's3':
      return (await import('./source.s3.ts')).openS3Source(href, context, { expect, signal });
    case 'file':
      return (await import('./source.file.ts')).openFileSource(href, context.fileRoots, expect);
  }
}

function requireScheme(href: string, context: SourceContext): SourceScheme {
  const protocol = URL.canParse(href) ? new URL(href).protocol : null;
  const scheme = SOURCE_SCHEMES.find((known) => `${known}:` === protocol);
  if (scheme !== undefined && context.schemes.includes(scheme)) return scheme;
  const allowed = context.schemes.map((known) => `${known}:`).join(', ');
  throw new Problem(
    'unsupported-source',
    protocol === null
      ? `${quoted(href)} is not a URL.`
      : `Sources are not read from ${protocol} addresses here, only from ${allowed} ones.`,
  );
}
