/**
 * Orders version ids from old to new: numbers by value, so that 1.10 is newer than 1.9; a longer version is newer
 * (1.2.1 after 1.2) unless what it adds is a word (1.2-rc1 before 1.2), as Semantic Versioning has it. Dates sort too.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [piecesOf(a), piecesOf(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const order = comparePieces(left[index], right[index]);
    if (order !== 0) return order;
  }
  // Only spelling differs, such as 1.0 and 1_0: any order that is always the same.
  return compareText(a, b);
}

function piecesOf(version: string): string[] {
  return version.match(/\d+|[a-z]+/g) ?? [];
}

function comparePieces(a: string | undefined, b: string | undefined): number {
  const order = rank(a) - rank(b);
  if (order !== 0 || a === undefined || b === undefined) return order;
  return isNumber(a) ? compareNumbers(a, b) : compareText(a, b);
}

/** A word comes before the end of the version, the end before a number. */
function rank(piece: string | undefined): number {
  if (piece === undefined) return 1;
  return isNumber(piece) ? 2 : 0;
}

function isNumber(piece: string): boolean {
  return /^\d/.test(piece);
}

/** Digits of any length, without rounding. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [BigInt(a), BigInt(b)];
  return left === right ? 0 : left < right ? -1 : 1;
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
