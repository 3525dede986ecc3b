import { blobKey, clipKey, recipeKey } from '../cache/keys.ts';
import type { ByteRange } from '../cache/range.ts';
import { BLOB_SOURCE_ID, type Recipe } from '../cache/recipe.ts';
import { parseRecipe } from '../cache/recipe.parse.ts';
import { streamRecipe } from '../cache/recipe.stream.ts';
import type { ClipRecord } from '../cache/record.ts';
import { openStoreReader } from '../cache/store.reader.ts';
import { startStream } from '../cache/stream.ts';
import type { Services } from './services.ts';
import { isReachable, PinnedReader } from './source.pinned.ts';

/** Bytes of a clip, and where they come from. */
export interface ClipBody {
  stream: ReadableStream<Uint8Array>;
  /** Put together from blob and sources, not read from the stored file. */
  isVirtual: boolean;
}

/**
 * Opens a range of a clip: of the stored file if there is one, else by its recipe. The first byte is at hand when it
 * resolves, so that a failure until then can still be answered.
 * @returns null when the store has neither the file nor both recipe and blob.
 * @throws {Problem} what the sources or the origin answer.
 */
export async function openClip(services: Services, record: ClipRecord, range: ByteRange): Promise<ClipBody | null> {
  if (record.stored) {
    const object = await services.store.get(clipKey(record.fingerprint), range);
    if (object !== null) return { stream: object.body, isVirtual: false };
  }
  const [recipe, blob] = await Promise.all([
    readRecipe(services, record),
    services.store.head(blobKey(record.fingerprint)),
  ]);
  if (recipe === null || blob === null) return null;
  return { stream: await startStream(await streamVirtual(services, record, recipe, range)), isVirtual: true };
}

async function readRecipe({ store }: Services, record: ClipRecord): Promise<Recipe | null> {
  const object = await store.get(recipeKey(record.fingerprint));
  if (object === null) return null;
  const recipe = parseRecipe(await new Response(object.body).text());
  if (recipe.etag === record.etag && recipe.bytes === record.bytes) return recipe;
  throw new Error(`The recipe of ${record.fingerprint} is of another clip than its record.`);
}

async function streamVirtual(
  services: Services,
  record: ClipRecord,
  recipe: Recipe,
  range: ByteRange,
): Promise<ReadableStream<Uint8Array>> {
  const sources = recipe.sources.filter((source) => source.id !== BLOB_SOURCE_ID);
  if (!sources.every(isReachable)) return services.origin.clipBytes(record.fingerprint, range, record.bytes);
  const open = (source: Recipe['sources'][number]) => {
    if (source.id === BLOB_SOURCE_ID) return openStoreReader(services.store, blobKey(record.fingerprint));
    return Promise.resolve(new PinnedReader(source));
  };
  return streamRecipe(recipe, open, range);
}
