import type { RecipeSegment } from './recipe.ts';

/** One read of a stream: a long segment on its own, or short ones together. */
export type RecipeStep =
  | { kind: 'run'; segment: RecipeSegment }
  | { kind: 'batch'; segments: RecipeSegment[]; bytes: number };

/** A segment this long pays for a request of its own, and need not be held. */
const RUN_BYTES_MIN = 512 * 1024;
/** Several are in memory at once for each stream; an isolate of a Worker has 128 MB for all. */
const BATCH_BYTES_MAX = 2 * 1024 * 1024;
/** Bounds the lists that a batch of tiny segments takes. */
const BATCH_SEGMENTS_MAX = 4096;

/** Groups segments in their order, so that short ones can be fetched with few requests. */
export function* recipeSteps(segments: Iterable<RecipeSegment>): Generator<RecipeStep> {
  let batch: RecipeSegment[] = [];
  let bytes = 0;
  for (const segment of segments) {
    const length = segment[2];
    const isRun = length >= RUN_BYTES_MIN;
    if (batch.length > 0 && (isRun || bytes + length > BATCH_BYTES_MAX || batch.length === BATCH_SEGMENTS_MAX)) {
      yield { kind: 'batch', segments: batch, bytes };
      batch = [];
      bytes = 0;
    }
    if (isRun) {
      yield { kind: 'run', segment };
    } else {
      batch.push(segment);
      bytes += length;
    }
  }
  if (batch.length > 0) yield { kind: 'batch', segments: batch, bytes };
}
