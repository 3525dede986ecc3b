import { Problem } from '../../cache/problem.ts';
import { type ClipContext, progressOf } from './clip.context.ts';
import { coarsen } from './coverage.ts';
import { levelTags } from './directory.ts';
import type { LaidLevel } from './layout.ts';
import { planLevel } from './level.plan.ts';
import { layMask } from './mask.plan.ts';
import { maskOf } from './mask.source.ts';
import { emptyOption } from './options.ts';
import { planByPlane } from './planes.ts';
import type { Raster } from './raster.ts';
import type { Spans } from './spans.ts';
import { chooseLevels, type ClipLevel, type PixelBox } from './window.ts';

/**
 * Plans a clip that tells what lies outside by a mask. Tiles are copied, those that the boundary crosses too; only
 * deep overviews of sources that can be encoded without loss are put together anew. A pixel of an overview is valid
 * where all that its value may come from is: none that mixes values from outside is shown.
 */
export async function planMasked(context: ClipContext): Promise<LaidLevel[]> {
  const { input, raster, box, kernel, outside, reads, inside } = context;
  if (emptyOption(input.parameters) === 'full') {
    throw new Problem(
      'unsupported-option',
      'Option empty is "full"; clips with a mask leave out the tiles outside. It may be "sparse" or null.',
    );
  }
  const levels = maskedLevels(raster, box);
  const [main] = levels;
  if (main === undefined) throw new Error('A clip has at least one level.');
  const byPlane = levels.flatMap((level) => Array.from({ length: level.image.planes }, () => level));
  const onTileRow = progressOf(byPlane, input);
  const { sink, signal } = input;
  const laid: LaidLevel[] = [];
  let valid: Spans | null = inside;
  for (const level of levels) {
    if (level.axes !== null) valid = validOf(level.axes, valid, kernel);
    // An overview that shows nothing would hide the finer levels from readers.
    if (valid === null) break;
    const coverage = { touched: valid, pure: valid };
    const planned = { coverage, remake: null, needed: null, copiesEdges: true };
    const table = await planByPlane(level, (plane) =>
      planLevel({ level: plane, ...planned, nodata: outside.filler, reads, sink, onTileRow, signal }),
    );
    const sourceMask = maskOf(raster.masks, level.image);
    laid.push({
      tags: levelTags(level, main, raster.georeference, outside.nodataText),
      table,
      filler: null,
      mask: await layMask(context, level, level === main, valid, sourceMask),
    });
  }
  return laid;
}

function validOf(
  { columns, rows }: NonNullable<ClipLevel['axes']>,
  finer: Spans,
  kernel: ClipContext['kernel'],
): Spans | null {
  const { pure } = coarsen({ touched: finer, pure: finer }, columns, rows, kernel);
  return pure.count() === 0 ? null : pure;
}

/**
 * The levels of a clip with a mask. Where tiles cannot be encoded, all levels are aligned to tiles, and overviews end
 * where one tile would be larger than the clip: aligned to that, the extent would grow beyond reason.
 */
function maskedLevels(raster: Raster, box: PixelBox): ClipLevel[] {
  const overviews = raster.overviews.filter(({ image }) => raster.masks.length === 0 || maskOf(raster.masks, image));
  if (raster.image.codec.canEncode) return chooseLevels({ ...raster, overviews }, box);
  const side = Math.max(box.endColumn - box.minColumn, box.endRow - box.minRow);
  const usable = overviews.filter(({ image, factor }) => Math.max(image.tileWidth, image.tileHeight) * factor <= side);
  return chooseLevels({ ...raster, overviews: usable }, box, usable.length);
}
