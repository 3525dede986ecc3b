/** Letters that Unicode does not decompose into a base letter and a mark. */
const UNDECOMPOSED: Readonly<Record<string, string>> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ß: 'ss',
  þ: 'th',
  ı: 'i',
  '’': "'",
  ʻ: "'",
};

/** A text without case, accents and repeated white space, for comparing. */
export function foldText(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[æœøđðłßþı’ʻ]/gu, (letter) => UNDECOMPOSED[letter] ?? letter)
    .replace(/\s+/gu, ' ')
    .trim();
}

/**
 * Share of the trigrams of two folded texts that they have in common, 0 to 1, as PostgreSQL's pg_trgm defines
 * `similarity()`: words are runs of letters and digits, with two blanks before and one behind.
 */
export function trigramSimilarity(a: string, b: string): number {
  const [first, second] = [trigrams(a), trigrams(b)];
  let common = 0;
  for (const trigram of first) if (second.has(trigram)) common += 1;
  const all = first.size + second.size - common;
  return all === 0 ? 0 : common / all;
}

function trigrams(text: string): Set<string> {
  const found = new Set<string>();
  for (const word of text.match(/[\p{Letter}\p{Number}]+/gu) ?? []) {
    const padded = `  ${word} `;
    for (let start = 0; start + 3 <= padded.length; start += 1) found.add(padded.slice(start, start + 3));
  }
  return found;
}
