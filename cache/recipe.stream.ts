import type { ByteRange, RangeReader } from './range.ts';
import type { Recipe, RecipeSegment } from './recipe.ts';
import { sliceRecipe } from './recipe.slice.ts';
import { type OpenSource, RecipeSources } from './recipe.sources.ts';
import { type RecipeStep, recipeSteps } from './recipe.steps.ts';
import { type Chunks, chunksOf, exactly, startChunks, streamOf } from './stream.ts';

/**
 * The bytes of a clip, or of a range of it, by its recipe. Sources are opened when the first chunk is asked for and
 * closed with the stream. While one step is handed on the next is fetched and no more, so memory is bounded whatever
 * the clip's size.
 *
 * Any failure errors the stream, and with it the connection: a source that changed, a wrong number of bytes, an
 * aborted signal. Use `startStream` to learn of a failure before the first byte.
 *
 * @throws {RangeError} when the range does not lie in the clip.
 */
export function streamRecipe(
  recipe: Recipe,
  openSource: OpenSource,
  range: ByteRange = { offset: 0, length: recipe.bytes },
  signal?: AbortSignal,
): ReadableStream<Uint8Array> {
  const segments = sliceRecipe(recipe, range.offset, range.offset + range.length);
  const stop = new AbortController();
  const chunks = recipeChunks(segments, new RecipeSources(recipe, openSource), stop);
  return streamOf(chunks, (reason) => stop.abort(reason), signal);
}

async function* recipeChunks(
  segments: readonly RecipeSegment[],
  sources: RecipeSources,
  stop: AbortController,
): AsyncGenerator<Uint8Array, void> {
  const steps = recipeSteps(segments);
  let ahead = startNext(steps, sources, stop.signal);
  try {
    while (ahead !== null) {
      const chunks = await ahead;
      ahead = startNext(steps, sources, stop.signal);
      yield* chunks;
    }
  } finally {
    stop.abort(new DOMException('The stream has ended.', 'AbortError'));
    await abandon(ahead);
    await sources.close();
  }
}

function startNext(steps: Iterator<RecipeStep>, sources: RecipeSources, signal: AbortSignal): Promise<Chunks> | null {
  const { done, value } = steps.next();
  if (done === true) return null;
  const chunks = value.kind === 'run' ? startRun(value.segment, sources, signal) : fetchBatch(value, sources, signal);
  // It is awaited a step later; a failure until then is not an unhandled one.
  chunks.catch(() => {});
  return chunks;
}

/** Starts a long read: resolves with its first chunk at hand. */
async function startRun(
  [id, offset, length]: RecipeSegment,
  sources: RecipeSources,
  signal: AbortSignal,
): Promise<Chunks> {
  const reader = await sources.reader(id);
  return startChunks(exactly(chunksOf(reader.stream(offset, length, signal)), length));
}

/** Reads short segments, those of one source in one go, and joins them into one chunk. */
async function fetchBatch(
  { segments, bytes }: RecipeStep & { kind: 'batch' },
  sources: RecipeSources,
  signal: AbortSignal,
): Promise<Chunks> {
  const joined = new Uint8Array(bytes);
  const wanted = new Map<number, (ByteRange & { position: number })[]>();
  let position = 0;
  for (const [id, offset, length] of segments) {
    const ranges = wanted.get(id) ?? [];
    ranges.push({ offset, length, position });
    wanted.set(id, ranges);
    position += length;
  }
  await Promise.all(
    [...wanted].map(async ([id, ranges]) => {
      const pieces = await readPieces(await sources.reader(id), ranges, signal);
      ranges.forEach((range, index) => joined.set(checkedPiece(pieces[index], range), range.position));
    }),
  );
  return singleChunk(joined);
}

async function* singleChunk(chunk: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield chunk;
}

function readPieces(reader: RangeReader, ranges: readonly ByteRange[], signal: AbortSignal): Promise<Uint8Array[]> {
  return reader.readMany(
    ranges.map(({ offset, length }) => ({ offset, length })),
    signal,
  );
}

function checkedPiece(piece: Uint8Array | undefined, range: ByteRange): Uint8Array {
  if (piece?.length === range.length) return piece;
  throw new Error(`Got ${piece?.length ?? 0} bytes where ${range.length} were asked for at ${range.offset}.`);
}

async function abandon(ahead: Promise<Chunks> | null): Promise<void> {
  if (ahead === null) return;
  await ahead.then((chunks) => chunks.return()).catch(() => {});
}
