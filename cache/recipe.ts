import * as z from 'zod';
import { sha256Hex } from './digest.ts';

/** Raised when the serialised form changes; a reader refuses other versions. */
export const RECIPE_VERSION = 1;

/** Id of the source that is the clip's own blob of made bytes. */
export const BLOB_SOURCE_ID = 0;

const byteCount = z.int().nonnegative();

const recipeSource = z.strictObject({
  id: byteCount,
  /** Where the bytes lie; empty for the blob, whose place follows from the fingerprint. */
  href: z.string(),
  /** Strong validator with its quotes; for the blob, its SHA-256 in hexadecimal, in quotes. */
  etag: z.string().min(3),
  bytes: byteCount,
});

/** `[source id, offset, length]`. */
const recipeSegment = z.tuple([byteCount, byteCount, z.int().positive()]);

const recipeReport = z.strictObject({
  engine: z.string().min(1),
  outputVersion: z.int().positive(),
  /** What was copied, re-encoded, cut, split, dropped … by unit; see the engine for its names. */
  counts: z.record(z.string(), z.int().nonnegative()),
  /** Sentences for people, such as which feature needed the fallback engine. */
  notes: z.array(z.string()),
});

const recipeSchema = z.strictObject({
  version: z.literal(RECIPE_VERSION),
  bytes: byteCount,
  etag: z.string().min(3),
  mediaType: z.string().min(3),
  sources: z.array(recipeSource).min(1),
  segments: z.array(recipeSegment),
  report: recipeReport,
});

/** A file that a recipe takes bytes from. Source 0 is the clip's own blob. */
export type RecipeSource = z.infer<typeof recipeSource>;
/** One run of bytes of the clip: `[source id, offset in that source, length]`. */
export type RecipeSegment = z.infer<typeof recipeSegment>;
/** What the engine did. Deterministic: figures that depend on the network do not belong here. */
export type RecipeReport = z.infer<typeof recipeReport>;
/** A clip as a list of byte ranges (design, section 1). Holds no payload. */
export type Recipe = z.infer<typeof recipeSchema>;

/** The serialised form of a recipe: JSON. */
export function serialiseRecipe(recipe: Recipe): string {
  return JSON.stringify(recipe);
}

/**
 * Reads a serialised recipe and checks all that its consumers rely on.
 * @throws {Error} naming the first fault: another version, a segment outside its source, a wrong sum.
 */
export function parseRecipe(json: string): Recipe {
  const value: unknown = JSON.parse(json);
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  if (version !== RECIPE_VERSION) {
    throw new Error(`Recipe has version ${String(version)}; this program reads version ${RECIPE_VERSION}.`);
  }
  const recipe = recipeSchema.parse(value);
  assertConsistent(recipe);
  return recipe;
}

function assertConsistent(recipe: Recipe): void {
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
