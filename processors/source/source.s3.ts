import { AwsV4Signer } from 'aws4fetch';
import type { RangeReader } from '../../cache/range.ts';
import { Problem } from '../../cache/problem.ts';
import { quoted } from '../../cache/ids.ts';
import type { S3Settings, SourceContext } from './context.ts';
import type { Signer } from './http.client.ts';
import { s3ObjectUrl } from './s3.url.ts';
import { type HttpOpening, openHttpSource } from './source.http.ts';

/**
 * Opens `s3://bucket/key`: the web reader over requests signed with AWS Signature Version 4. Characters of the key
 * that a URL does not allow are percent-encoded in the address.
 * @throws {Problem} `unsupported-source` when no S3 service is configured or the address is not valid; else as {@link RangeReader} says.
 */
export async function openS3Source(
  href: string,
  context: SourceContext,
  opening: Omit<HttpOpening, 'via'> = {},
): Promise<RangeReader> {
  const { s3 } = context;
  if (s3 === null) {
    throw new Problem('unsupported-source', 'The source lies in an S3 bucket, and no S3 service is configured.');
  }
  return openHttpSource(href, context, { ...opening, via: { url: objectUrl(href, s3), signer: signerOf(s3) } });
}

/** Where an `s3:` address leads. */
function objectUrl(href: string, { endpoint }: S3Settings): URL {
  const { host: bucket, pathname, search, hash, username } = new URL(href);
  const key = decoded(pathname.slice(1));
  if (bucket === '' || key === null || key === '' || `${search}${hash}${username}` !== '') {
    throw new Problem('unsupported-source', `${quoted(href)} is not of the form s3://bucket/key.`);
  }
  return s3ObjectUrl(endpoint, bucket, key);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Signs address and method only: what proxies change on the way, such as `Accept-Encoding`, stays unsigned. */
function signerOf({ credentials, region }: S3Settings): Signer | null {
  if (credentials === null) return null;
  const keys = new Map<string, ArrayBuffer>();
  return async (url) => {
    const signer = new AwsV4Signer({
      ...credentials,
      url: url.href,
      method: 'GET',
      service: 's3',
      region,
      cache: keys,
    });
    const { headers } = await signer.sign();
    return Object.fromEntries(headers);
  };
}
