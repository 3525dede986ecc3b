import type { Part } from './feature.ts';

/** What a boundary leaves of a feature. */
export type Cut =
  | { kind: 'all' }
  | { kind: 'none' }
  | {
      kind: 'part';
      /** Points, lines or polygons, one each. */
      pieces: Part[];
      /** A sentence for the report when the usual method could not decide. */
      note?: string;
    };

/** Puts points or lines together into one part with an end for each. */
export function joinPieces(pieces: readonly Part[], storedType: number): Part {
  let vertices = 0;
  const ends = pieces.map((piece) => (vertices += piece.xy.length / 2));
  return {
    xy: concatenate(pieces.map((piece) => piece.xy)),
    z: pieces.every((piece) => piece.z !== null) ? concatenate(pieces.map((piece) => piece.z ?? [])) : null,
    m: pieces.every((piece) => piece.m !== null) ? concatenate(pieces.map((piece) => piece.m ?? [])) : null,
    ends,
    storedType,
  };
}

function concatenate(lists: readonly ArrayLike<number>[]): Float64Array {
  const all = new Float64Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}
