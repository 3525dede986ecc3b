import { quoted } from './ids.ts';
import { utf8 } from './digest.ts';

/** Of S3 and R2. */
const KEY_BYTES_MAX = 1024;

/**
 * Returns a key that means the same object in every store.
 * @throws {RangeError} for one that is empty or too long, or has an empty, `.` or `..` segment (URLs and folders
 * resolve those, to another object), a control character or a backslash.
 */
export function requireKey(key: string): string {
  const isPlain = key.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
  if (isPlain && !/[\p{Cc}\\]/u.test(key) && key.isWellFormed() && utf8(key).length <= KEY_BYTES_MAX) return key;
  throw new RangeError(
    `${quoted(key)} cannot be the key of an object. A key has at most ${KEY_BYTES_MAX} bytes in segments parted by ` +
      '"/", none of them empty, "." or "..", and neither control characters nor backslashes.',
  );
}
