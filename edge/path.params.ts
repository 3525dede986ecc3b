import { bboxId, isBboxId, parseBboxId } from '../cache/bbox.ts';
import { quoted } from '../cache/ids.ts';
import { Problem } from '../cache/problem.ts';

/** Longest part of a path: a file name of three ids of 64 characters and two joints, with room to spare. */
const PART_CHARACTERS_MAX = 320;
/** Characters that could mean another path once decoded: separators and controls. */
// oxlint-disable-next-line no-control-regex -- controls are what it is to find
const FORBIDDEN_PATTERN = /[/\\\u0000-\u001f\u007f]/;

/**
 * Decodes the parts of a path, once.
 * @throws {Problem} `invalid-request` for a malformed escape, a separator or control character, `.` and `..`, or one too long.
 */
export function decodeParams(params: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, text]) => [name, decodePart(text)]));
}

function decodePart(text: string): string {
  if (text.length > PART_CHARACTERS_MAX * 3) throw badPart(text);
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch (error) {
    throw badPart(text, error);
  }
  if (decoded.length > PART_CHARACTERS_MAX || FORBIDDEN_PATTERN.test(decoded) || /^\.{1,2}$/.test(decoded)) {
    throw badPart(text);
  }
  return decoded;
}

function badPart(text: string, cause?: unknown): Problem {
  return new Problem(
    'invalid-request',
    `${quoted(text)} cannot be part of an address. A part has at most ${PART_CHARACTERS_MAX} characters, ` +
      `and no slash, backslash or control character, not even escaped.`,
    cause === undefined ? {} : { cause },
  );
}

/**
 * Where the one spelling of a bounding box id leads, in the boundary's place and in the file name; null when the
 * address is spelt so already.
 * @throws {Problem} `invalid-id` when the box is none.
 */
export function canonicalAddress(url: URL, boundary: string | undefined): string | null {
  if (boundary === undefined || !isBboxId(boundary)) return null;
  const canonical = bboxId(parseBboxId(boundary));
  if (canonical === boundary) return null;
  const parts = url.pathname.split('/').map((part) => {
    return encodePart(decodeURIComponent(part).replaceAll(boundary, canonical));
  });
  return parts.join('/') + url.search;
}

/** Escapes a part of a path; the `:` and `,` of a bounding box need none. */
export function encodePart(part: string): string {
  return encodeURIComponent(part).replaceAll('%3A', ':').replaceAll('%2C', ',');
}
