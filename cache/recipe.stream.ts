import { runAhead } from './ahead.ts';
import type { ByteRange, RangeReader } from './range.ts';
import type { Recipe, RecipeSegment } from './recipe.ts';
import { giveBack } from './range.read.many.ts';
import { sliceRecipe } from './recipe.slice.ts';
import { type OpenSource, RecipeSources } from './recipe.sources.ts';
import { type RecipeStep, recipeSteps } from './recipe.steps.ts';
import { type Chunks, chunksOf, exactly, startChunks, streamOf } from './stream.ts';

/**
 * What steps may hold at a time, the one handed on with those fetched ahead: two batches, or four runs. Enough that a
 * store's delay of some tens of milliseconds is hidden; an isolate of a Worker has 128 MB for all its streams.
 */
const AHEAD_BYTES = 4 * 1024 * 1024;
/** What a run holds while it waits for its turn: its first chunk, which readers keep below this. */
const RUN_HELD_BYTES = 1024 * 1024;

/**
 * The bytes of a clip, or of a range of it, by its recipe. Sources are opened when the first chunk is asked for and
 * closed with the stream. While one step is handed on the next ones are fetched, few enough that memory is bounded
 * whatever the clip's size.
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
  const ahead = runAhead(recipeSteps(segments), {
    start: (step, signal) => startStep(step, sources, signal),
    sizeOf: (step) => (step.kind === 'batch' ? step.bytes : RUN_HELD_BYTES),
    bytesMax: AHEAD_BYTES,
    dispose: (chunks) => chunks.return(),
    signal: stop.signal,
  });
  try {
    for await (const { result } of ahead) yield* result;
  } finally {
    stop.abort(new DOMException('The stream has ended.', 'AbortError'));
    await ahead.return();
    await sources.close();
  }
}

function startStep(step: RecipeStep, sources: RecipeSources, signal: AbortSignal): Promise<Chunks> {
  return step.kind === 'run' ? startRun(step.segment, sources, signal) : fetchBatch(step, sources, signal);
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
      ranges.forEach((range, index) => {
        const piece = checkedPiece(pieces[index], range);
        joined.set(piece, range.position);
        giveBack(piece);
      });
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
