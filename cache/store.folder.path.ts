import { join } from 'node:path';

/** Half-written files lie here. No key maps to it, since a leading dot is encoded. */
export const TEMPORARY_FOLDER = '.tmp';

/** What is written as it is; all else becomes `%XX`, so that a key gives the same path on every file system. */
const PLAIN = /^[A-Za-z0-9_,=@+:-][A-Za-z0-9._,=@+:-]*$/;
/** Of common file systems. */
const NAME_BYTES_MAX = 255;

/**
 * The file of a key, below `root`.
 * @throws {RangeError} for a key that names no object or would lead elsewhere: empty, with an empty, `.` or `..`
 * segment, NUL or a backslash, or with a segment that no file system takes.
 */
export function pathOfKey(root: string, key: string): string {
  return join(root, ...key.split('/').map((segment) => fileName(segment, key)));
}

/** The key segment that a file or folder name stands for; null for one that no key maps to. */
export function segmentOfFileName(name: string): string | null {
  if (name.startsWith('.')) return null;
  return decodeURIComponent(name);
}

function fileName(segment: string, key: string): string {
  if (segment === '' || segment === '.' || segment === '..' || segment.includes('\0') || segment.includes('\\')) {
    throw new RangeError(`${JSON.stringify(key)} cannot be the key of an object: it has the segment "${segment}".`);
  }
  const name = PLAIN.test(segment)
    ? segment
    : encodeURIComponent(segment.toWellFormed())
        .replace(/%(?:3A|2C|3D|40|2B)/g, decodeURIComponent)
        .replace(/[!'()*~]|^\./g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  if (name.length > NAME_BYTES_MAX) throw new RangeError(`A key of ${key.length} characters has too long a segment.`);
  return name;
}
