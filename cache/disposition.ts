/** What a file is called when nothing is left of its name. */
const UNNAMED = 'download';

/** Control characters, and those that turn the direction of text so that an ending looks like another. */
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const PATH_SEPARATORS = /[/\\]/g;
/** Quotes would end the quoted string; `%` before digits is read as an escape by some clients. */
const NOT_PLAIN = /[^\x20-\x7e]|["%]/gu;
/** `encodeURIComponent` keeps these, RFC 8187 does not. */
const NOT_ATTR_CHAR = /['()*]/g;

/**
 * `Content-Disposition` for a file name (RFC 6266): a quoted ASCII form and, where that is not the whole name, the
 * name in UTF-8 (RFC 8187). Whatever the name holds, the value is one safe header line that names no folder.
 */
export function contentDisposition(fileName: string, kind: 'attachment' | 'inline' = 'attachment'): string {
  const name = safeFileName(fileName);
  const plain = name.replace(NOT_PLAIN, '_');
  const extended = plain === name ? '' : `; filename*=UTF-8''${encodeExtended(name)}`;
  return `${kind}; filename="${plain}"${extended}`;
}

function safeFileName(fileName: string): string {
  const name = fileName.toWellFormed().replace(INVISIBLE, '').replace(PATH_SEPARATORS, '_').trim();
  return /^\.*$/.test(name) ? UNNAMED : name;
}

function encodeExtended(name: string): string {
  return encodeURIComponent(name).replace(
    NOT_ATTR_CHAR,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
