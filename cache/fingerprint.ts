import { sha256Hex } from './digest.ts';

/** All that decides a clip's bytes. */
export interface FingerprintInput {
  /** SHA-256 of the stored boundary geometry. */
  boundaryDigest: string;
  engine: string;
  /** The engine's output-version constant. */
  outputVersion: number;
  /** What the clip is cut from, in the order of the recipe. */
  sources: readonly { href: string; etag: string; bytes: number }[];
  /** Options given to the engine, defaults filled in. */
  parameters: Readonly<Record<string, string | number | boolean | null>>;
}

/** Raised when the way a fingerprint is computed changes. */
const FINGERPRINT_VERSION = 1;

/** Names a clip by its content: SHA-256 in hexadecimal over {@link FingerprintInput} in one canonical form. */
export async function fingerprint(input: FingerprintInput): Promise<string> {
  const parameters = Object.entries(input.parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256Hex(
    JSON.stringify([
      FINGERPRINT_VERSION,
      input.boundaryDigest,
      input.engine,
      input.outputVersion,
      input.sources.map(({ href, etag, bytes }) => [href, etag, bytes]),
      parameters,
    ]),
  );
}

const FINGERPRINT_PATTERN = /^[0-9a-f]{64}$/;

export function isFingerprint(text: string): boolean {
  return FINGERPRINT_PATTERN.test(text);
}
