import { BLOB_SOURCE_ID, type Recipe } from '../../../cache/recipe.ts';
import { streamRecipe } from '../../../cache/recipe.stream.ts';
import { MemoryBlob } from '../../../processors/blob.memory.ts';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import type { EngineParameters } from '../../../processors/engine.ts';
import { flatgeobufEngine } from '../../../processors/flatgeobuf/engine.ts';
import { memoryReader } from '../../../processors/source/source.memory.ts';

export interface Clip {
  recipe: Recipe;
  blob: Uint8Array;
  file: Uint8Array;
  /** Bytes of the source that planning read. */
  bytesRead: number;
}

/** Clips bytes of a FlatGeobuf and puts the file together by its recipe. */
export async function clipBytes(
  source: Uint8Array,
  boundary: MultiPolygonCoordinates,
  options: EngineParameters = {},
): Promise<Clip> {
  const sink = new MemoryBlob();
  const reader = memoryReader(source);
  const recipe = await flatgeobufEngine.plan({
    source: reader,
    boundary: prepareBoundary(boundary, 'f'.repeat(64)),
    parameters: flatgeobufEngine.parameters(options),
    sink,
  });
  const { bytesRead } = reader.statistics;
  const blob = sink.bytes();
  const stream = streamRecipe(recipe, async ({ id }) => memoryReader(id === BLOB_SOURCE_ID ? blob : source));
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return { recipe, blob, file: Buffer.concat(chunks), bytesRead };
}
