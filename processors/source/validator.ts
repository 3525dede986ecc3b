/** What a reader is pinned to: the state of a file when it was first seen. */
export interface Pin {
  /** Strong validator with its quotes: the server's ETag or one made by {@link derivedValidator}. */
  etag: string;
  bytes: number;
}

const DERIVED_PATTERN = /^"size-mtime:\d+-(\d+)"$/;
const STRONG_ETAG_PATTERN = /^"[\x21\x23-\x7e\x80-\xff]*"$/;

/** Whether a text is a strong entity tag (RFC 9110, section 8.8.3). */
export function isStrongEtag(text: string): boolean {
  return STRONG_ETAG_PATTERN.test(text);
}

/** A validator for a file that has no ETag of its own; `modified` is in the finest unit that its keeper tells. */
export function derivedValidator(sizeBytes: number, modified: number | bigint): string {
  return `"size-mtime:${sizeBytes}-${modified}"`;
}

/** The modification time in a validator made by {@link derivedValidator}; null for a server's own ETag. */
export function derivedModified(etag: string): number | null {
  const modified = DERIVED_PATTERN.exec(etag)?.[1];
  return modified === undefined ? null : Number(modified);
}
