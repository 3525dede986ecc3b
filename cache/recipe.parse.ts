import * as z from 'zod';
import { assertConsistent, type Recipe, RECIPE_VERSION } from './recipe.ts';

const byteCount = z.int().nonnegative();

const recipeSource = z.strictObject({
  id: byteCount,
  href: z.string(),
  etag: z.string().min(3),
  bytes: byteCount,
});

const recipeReport = z.strictObject({
  engine: z.string().min(1),
  outputVersion: z.int().positive(),
  counts: z.record(z.string(), z.int().nonnegative()),
  notes: z.array(z.string()),
});

const recipeSchema: z.ZodType<Recipe> = z.strictObject({
  version: z.literal(RECIPE_VERSION),
  bytes: byteCount,
  etag: z.string().min(3),
  mediaType: z.string().min(3),
  sources: z.array(recipeSource).min(1),
  segments: z.array(z.tuple([byteCount, byteCount, z.int().positive()])),
  report: recipeReport,
});

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
