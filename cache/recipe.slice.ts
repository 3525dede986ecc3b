import type { Recipe, RecipeSegment } from './recipe.ts';

/** Where each segment ends in the clip, ascending; the last is the clip's length. */
export function segmentEnds(recipe: Recipe): Float64Array {
  const ends = new Float64Array(recipe.segments.length);
  let end = 0;
  recipe.segments.forEach(([, , length], index) => {
    end += length;
    ends[index] = end;
  });
  return ends;
}

/**
 * The segments that make up the bytes from `start` to before `end` of a clip, the outer ones cut to fit.
 * @param ends {@link segmentEnds} of the recipe, for callers that slice it often.
 * @throws {RangeError} when the bytes do not lie in the clip.
 */
export function sliceRecipe(
  recipe: Recipe,
  start: number,
  end: number,
  ends: Float64Array = segmentEnds(recipe),
): RecipeSegment[] {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start || end > recipe.bytes) {
    throw new RangeError(`Bytes ${start} to ${end} do not lie in a clip of ${recipe.bytes} bytes.`);
  }
  const slice: RecipeSegment[] = [];
  let position = start;
  for (let index = firstAbove(ends, start); position < end; index += 1) {
    const segment = recipe.segments[index];
    const segmentEnd = ends[index];
    if (segment === undefined || segmentEnd === undefined) throw new RangeError('The segments do not fill the clip.');
    const [source, offset, length] = segment;
    const skipped = position - (segmentEnd - length);
    const taken = Math.min(segmentEnd, end) - position;
    slice.push([source, offset + skipped, taken]);
    position += taken;
  }
  return slice;
}

/** Index of the first value above `limit` in an ascending list. */
function firstAbove(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? Infinity) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
