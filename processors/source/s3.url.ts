/** Characters that encodeURIComponent leaves but Signature Version 4 wants encoded. */
const RESERVED_PATTERN = /[!'()*]/g;

/** Address of an object with its bucket in the path, encoded as RFC 3986 and Signature Version 4 want it. */
export function s3ObjectUrl(endpoint: string, bucket: string, key: string): URL {
  const path = key.split('/').map(encodeSegment).join('/');
  return new URL(`${endpoint.replace(/\/+$/, '')}/${encodeSegment(bucket)}/${path}`);
}

function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(
    RESERVED_PATTERN,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
