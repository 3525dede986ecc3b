import { Problem } from './problem.ts';

const ID_PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/;
/** Endings that would make an id look like another resource of a package URL. */
const RESERVED_ENDINGS = ['.zip', '.json', '.txt', '.html'];
/** Words that are routes below `/boundaries`, `/datasets` and `/packages`. */
const RESERVED_WORDS = new Set(['search']);
/** How much of a bad value an error repeats. */
const QUOTED_CHARACTERS_MAX = 80;

/** Shortens a value from outside for use in a message. */
export function quoted(value: string): string {
  const shown = value.length > QUOTED_CHARACTERS_MAX ? `${value.slice(0, QUOTED_CHARACTERS_MAX)}…` : value;
  return JSON.stringify(shown);
}

/** Whether a text may name a boundary, dataset, version or part. */
export function isId(text: string): boolean {
  return (
    ID_PATTERN.test(text) && !RESERVED_WORDS.has(text) && !RESERVED_ENDINGS.some((ending) => text.endsWith(ending))
  );
}

/**
 * Returns the text when it is a valid id.
 * @throws {Problem} `invalid-id` that names what it is the id of.
 */
export function requireId(text: string, what: string): string {
  if (isId(text)) return text;
  throw new Problem(
    'invalid-id',
    `${quoted(text)} cannot be the id of a ${what}. An id has 1 to 64 characters of a-z, 0-9, ".", "_" and "-", ` +
      `starts with a letter or digit, does not end in ${RESERVED_ENDINGS.join(', ')} and is not "search".`,
  );
}

/** Ids of boundaries that a user sent: this prefix and the first 40 hexadecimal digits of the geometry's digest. */
export const AD_HOC_ID_PREFIX = 'geo-';
const AD_HOC_ID_PATTERN = /^geo-[0-9a-f]{40}$/;

export function isAdHocId(id: string): boolean {
  return AD_HOC_ID_PATTERN.test(id);
}
