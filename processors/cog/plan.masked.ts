import { Problem } from '../../cache/problem.ts';
import { type ClipContext, progressOf } from './clip.context.ts';
import { coarsen } from './coverage.ts';
import { levelTags } from './directory.ts';
import type { LaidLevel } from './layout.ts';
import { planTiles } from './level.plan.ts';
import { layMask } from './mask.plan.ts';
import { maskOf } from './mask.source.ts';
import { emptyOption } from './options.ts';
import { type LevelPlane, planesOf } from './planes.ts';
import type { Raster } from './raster.ts';
import type { Spans } from './spans.ts';
import { type TileJobInput, wholeGrid } from './tile.jobs.ts';
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
  const { sink, signal } = input;
  const shown = shownLevels(levels, inside, kernel);
  const [main] = shown;
  if (main === undefined) throw new Error('A clip has at least one level.');
  const planes = shown.map(({ level }) => planesOf(level));
  const onTiles = progressOf(
    shown.map(({ level }) => level),
    input,
  );
  const parts = partsOf(shown, planes);
  await planTiles({ parts, planes: planes.flat(), nodata: outside.filler, reads, sink, onTiles, signal });
  const laid: LaidLevel[] = [];
  for (const [index, { level, valid }] of shown.entries()) {
    const table = planes[index]?.[0]?.table;
    if (table === undefined) throw new Error(`Level ${index} has no table.`);
    const sourceMask = maskOf(raster.masks, level.image);
    laid.push({
      tags: levelTags(level, main.level, raster.georeference, outside.nodataText),
      table,
      filler: null,
      mask: await layMask(context, level, level === main.level, valid, sourceMask),
    });
    valid.release();
  }
  return laid;
}

/** A level and those of its pixels that show nothing from outside. */
interface ShownLevel {
  readonly level: ClipLevel;
  readonly valid: Spans;
}

/** Levels that show anything: an overview that shows nothing would hide the finer ones from readers. */
function shownLevels(levels: readonly ClipLevel[], inside: Spans, kernel: ClipContext['kernel']): ShownLevel[] {
  const shown: ShownLevel[] = [];
  for (const level of levels) {
    const finer = shown.at(-1)?.valid ?? inside;
    const valid = level.axes === null ? finer : validOf(level.axes, finer, kernel);
    if (valid === null) break;
    shown.push({ level, valid });
  }
  return shown;
}

/** Level by level, plane after plane: none is made of another. */
function* partsOf(
  shown: readonly ShownLevel[],
  planes: readonly (readonly LevelPlane[])[],
): Generator<TileJobInput, void, undefined> {
  for (const [index, { valid }] of shown.entries()) {
    for (const { level } of planes[index] ?? []) {
      const coverage = { touched: valid, pure: valid };
      yield { level, part: wholeGrid(level), coverage, needed: [], remake: null, copiesEdges: true };
    }
  }
}

function validOf(
  { columns, rows }: NonNullable<ClipLevel['axes']>,
  finer: Spans,
  kernel: ClipContext['kernel'],
): Spans | null {
  const { touched, pure } = coarsen({ touched: finer, pure: finer }, columns, rows, kernel);
  touched.release();
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
