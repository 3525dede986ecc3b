import { readFileSync, writeFileSync } from 'node:fs';
import { BLOB_SOURCE_ID, type Recipe } from '../../../cache/recipe.ts';
import { streamRecipe } from '../../../cache/recipe.stream.ts';
import { MemoryBlob } from '../../../processors/blob.memory.ts';
import { type MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import { cogEngine } from '../../../processors/cog/engine.ts';
import type { EngineParameters } from '../../../processors/engine.ts';
import { memoryReader } from '../../../processors/source/source.memory.ts';

export interface Clip {
  recipe: Recipe;
  blob: Uint8Array;
  file: Uint8Array;
}

/** Clips bytes of a GeoTIFF and puts the file together by its recipe. */
export async function clipBytes(
  source: Uint8Array,
  boundary: MultiPolygonCoordinates,
  given: EngineParameters = {},
): Promise<Clip> {
  const sink = new MemoryBlob();
  const recipe = await cogEngine.plan({
    source: memoryReader(source),
    boundary: prepareBoundary(boundary, 'f'.repeat(64)),
    parameters: cogEngine.parameters(given),
    sink,
  });
  const blob = sink.bytes();
  const stream = streamRecipe(recipe, async ({ id }) => memoryReader(id === BLOB_SOURCE_ID ? blob : source));
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return { recipe, blob, file: Buffer.concat(chunks) };
}

/** Clips a file to a file. */
export async function clipFile(
  source: string,
  boundary: MultiPolygonCoordinates,
  out: string,
  given: EngineParameters = {},
): Promise<Clip> {
  const clip = await clipBytes(readFileSync(source), boundary, given);
  writeFileSync(out, clip.file);
  return clip;
}
