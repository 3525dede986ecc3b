import type { BoundaryEntry } from '../cache/catalogue.ts';
import { foldText, trigramSimilarity } from './text.similarity.ts';

/**
 * Least similarity of a guess: one letter wrong in a word of six, as in "Gambya", leaves 0.4. Anything below is
 * another name and not a misspelt one.
 */
const SIMILARITY_MIN = 0.4;

interface SearchedNames {
  entry: BoundaryEntry;
  /** Id, name and long name, folded. */
  names: readonly string[];
}

/** Boundaries made ready for searching. */
export type BoundaryIndex = readonly SearchedNames[];

/** Folds the names of all boundaries once. */
export function indexBoundaries(boundaries: readonly BoundaryEntry[]): BoundaryIndex {
  return boundaries.map((entry) => ({ entry, names: [entry.id, entry.name, entry.longName].map(foldText) }));
}

/**
 * Finds boundaries by a part of their id, name or long name, whatever case and accents. Exact matches come first, then
 * names that begin with the text, then the others, each in the order of the list. When nothing holds the text, the
 * names that are most like it, best first.
 */
export function searchBoundaries(index: BoundaryIndex, text: string): BoundaryEntry[] {
  const query = foldText(text);
  if (query === '') return [];
  const holding = index.filter(({ names }) => names.some((name) => name.includes(query)));
  const scored = holding.length > 0 ? scoreHolding(holding, query) : scoreSimilar(index, query);
  // The sort is stable: equal scores stay in the order of the list.
  return scored.sort((a, b) => b.score - a.score).map(({ entry }) => entry);
}

interface Scored {
  entry: BoundaryEntry;
  score: number;
}

function scoreHolding(holding: BoundaryIndex, query: string): Scored[] {
  return holding.map(({ entry, names }) => {
    const score = names.includes(query) ? 2 : Number(names.some((name) => name.startsWith(query)));
    return { entry, score };
  });
}

function scoreSimilar(index: BoundaryIndex, query: string): Scored[] {
  return index
    .map(({ entry, names: [, name = '', longName = ''] }) => {
      // Single words of the name too, so that "Ginea" finds Equatorial Guinea; those of long names, such as "union",
      // are like too much.
      const candidates = [name, longName, ...name.split(' ')];
      return { entry, score: Math.max(...candidates.map((text) => trigramSimilarity(query, text))) };
    })
    .filter(({ score }) => score >= SIMILARITY_MIN);
}
