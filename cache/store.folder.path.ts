import { join } from 'node:path';
import { requireKey } from './store.key.ts';

/** Half-written files lie here. No key maps to it, since a leading dot is encoded. */
export const TEMPORARY_FOLDER = '.tmp';

/** What is written as it is; all else becomes `%XX`, so that a key gives the same path on every file system. */
const PLAIN = /^[A-Za-z0-9_,=@+:-][A-Za-z0-9._,=@+:-]*$/;
/** Of common file systems. */
const NAME_BYTES_MAX = 255;

/**
 * The file of a key, below `root`.
 * @throws {RangeError} for what is no key, or has a segment that is too long for a file system.
 */
export function pathOfKey(root: string, key: string): string {
  return join(root, ...requireKey(key).split('/').map(fileName));
}

/** The key segment that a file or folder name stands for; null for one that no key maps to. */
export function segmentOfFileName(name: string): string | null {
  if (name.startsWith('.')) return null;
  return decodeURIComponent(name);
}

function fileName(segment: string): string {
  const name = PLAIN.test(segment)
    ? segment
    : encodeURIComponent(segment)
        .replace(/%(?:3A|2C|3D|40|2B)/g, decodeURIComponent)
        .replace(/[!'()*~]|^\./g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  if (name.length <= NAME_BYTES_MAX) return name;
  throw new RangeError(`A segment of a key may take ${NAME_BYTES_MAX} bytes as a file name; one takes ${name.length}.`);
}
