import { sha256Hex } from './digest.ts';

/** Raised when the serialised form changes; a reader refuses other versions. */
export const RECIPE_VERSION = 1;

/** Id of the source that is the clip's own blob of made bytes. */
export const BLOB_SOURCE_ID = 0;

/** A file that a recipe takes bytes from. Source 0 is the clip's own blob. */
export interface RecipeSource {
  id: number;
  /** Where the bytes lie; empty for the blob, whose place follows from the fingerprint. */
  href: string;
  /** Strong validator with its quotes; for the blob, its SHA-256 in hexadecimal, in quotes. */
  etag: string;
  bytes: number;
}

/** One run of bytes of the clip: `[source id, offset in that source, length]`. */
export type RecipeSegment = [source: number, offset: number, length: number];

/** What the engine did. Deterministic: figures that depend on the network do not belong here. */
export interface RecipeReport {
  engine: string;
  outputVersion: number;
  /** What was copied, re-encoded, cut, split, dropped … by unit; see the engine for its names. */
  counts: Record<string, number>;
  /** Sentences for people, such as which feature needed the fallback engine. */
  notes: string[];
}

/** A clip as a list of byte ranges (design, section 1). Holds no payload. */
export interface Recipe {
  version: typeof RECIPE_VERSION;
  bytes: number;
  etag: string;
  mediaType: string;
  sources: RecipeSource[];
  segments: RecipeSegment[];
  report: RecipeReport;
}

/** The serialised form of a recipe: JSON. */
export function serialiseRecipe(recipe: Recipe): string {
  return JSON.stringify(recipe);
}

/**
 * Checks what the consumers of a recipe rely on besides its shape.
 * @throws {Error} naming the first fault: a segment outside its source, a wrong sum.
 */
export function assertConsistent(recipe: Recipe): void {
  recipe.sources.forEach((source, index) => {
    if (source.id !== index) throw new Error(`Recipe source ${index} has id ${source.id}; ids count up from 0.`);
  });
  let sum = 0;
  for (const [id, offset, length] of recipe.segments) {
    const source = recipe.sources[id];
    if (source === undefined) throw new Error(`Recipe segment names source ${id}, which is not listed.`);
    if (offset + length > source.bytes) {
      throw new Error(`Recipe segment ends at ${offset + length}, past the ${source.bytes} bytes of source ${id}.`);
    }
    sum += length;
  }
  if (sum !== recipe.bytes) throw new Error(`Recipe segments hold ${sum} bytes, the recipe says ${recipe.bytes}.`);
}

/** What an engine hands to {@link finishRecipe}. */
export interface RecipeDraft {
  mediaType: string;
  /** SHA-256 of the blob in hexadecimal, and its length. */
  blob: { sha256: string; bytes: number };
  /** Sources 1, 2, … in order of their ids. */
  sources: readonly { href: string; etag: string; bytes: number }[];
  segments: RecipeSegment[];
  report: RecipeReport;
}

/**
 * Completes a draft: joins segments that continue each other and derives the clip's strong ETag, a digest of the
 * segments, the sources' ETags and the blob, so that a virtual and a stored answer of one clip carry the same one.
 */
export async function finishRecipe(draft: RecipeDraft): Promise<Recipe> {
  const segments = joinSegments(draft.segments);
  const sources: RecipeSource[] = [
    { id: BLOB_SOURCE_ID, href: '', etag: `"${draft.blob.sha256}"`, bytes: draft.blob.bytes },
    ...draft.sources.map((source, index) => ({ id: index + 1, ...source })),
  ];
  const identity = JSON.stringify([sources.map((source) => [source.etag, source.bytes]), segments]);
  const recipe: Recipe = {
    version: RECIPE_VERSION,
    bytes: segments.reduce((sum, [, , length]) => sum + length, 0),
    etag: `"${(await sha256Hex(identity)).slice(0, ETAG_HEX_DIGITS)}"`,
    mediaType: draft.mediaType,
    sources,
    segments,
    report: draft.report,
  };
  assertConsistent(recipe);
  return recipe;
}

/** 128 bits: short in headers, far beyond accidental collision. */
const ETAG_HEX_DIGITS = 32;

function joinSegments(segments: readonly RecipeSegment[]): RecipeSegment[] {
  const joined: RecipeSegment[] = [];
  let last: RecipeSegment | undefined;
  for (const [id, offset, length] of segments) {
    if (length === 0) continue;
    if (last !== undefined && last[0] === id && last[1] + last[2] === offset) {
      last[2] += length;
    } else {
      last = [id, offset, length];
      joined.push(last);
    }
  }
  return joined;
}
