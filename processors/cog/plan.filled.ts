import { type ClipContext, progressOf } from './clip.context.ts';
import { LevelCoverages } from './coverage.levels.ts';
import { levelTags } from './directory.ts';
import type { LaidLevel } from './layout.ts';
import { LevelOrder } from './level.order.ts';
import { levelParts } from './level.parts.ts';
import { planTiles } from './level.plan.ts';
import { alignedWidths, exactWidths } from './level.widths.ts';
import { layMask } from './mask.plan.ts';
import { emptyOption } from './options.ts';
import { type LevelPlane, planesOf } from './planes.ts';
import { allocateSamples, fillNodata, type SampleLayout } from './samples.ts';
import { encodeTile } from './tile.codec.ts';
import { RepeatedTile } from './tile.repeated.ts';
import type { TileJobInput } from './tile.jobs.ts';
import type { TileTable } from './tile.table.ts';
import { chooseLevels, type ClipLevel } from './window.ts';

/**
 * Plans a clip whose tiles that the boundary crosses are made anew, filled with nodata or zeros outside. Where there
 * is neither a nodata value nor an alpha band, a mask goes with it.
 */
export async function planFilled(context: ClipContext): Promise<LaidLevel[]> {
  const { raster, box, exactLevels, input, outside } = context;
  const levels = exactLevels ?? chooseLevels(raster, box);
  const coverages = new LevelCoverages(context, levels);
  const tables = await planPlanes(context, levels, coverages);
  const [main] = levels;
  if (main === undefined) throw new Error('A clip has at least one level.');
  const isFull =
    (emptyOption(input.parameters) ?? (isMisread(outside, raster.image.samples) ? 'full' : 'sparse')) === 'full';
  const laid: LaidLevel[] = [];
  for (const [index, level] of levels.entries()) {
    const table = tables[index];
    if (table === undefined) throw new Error(`Level ${index} was not planned.`);
    const filler = isFull ? await writeFiller(context, level) : null;
    const image = { tags: levelTags(level, main, raster.georeference, outside.nodataText), table, filler };
    if (outside.kind !== 'mask') laid.push(image);
    else
      laid.push({ ...image, mask: await layMask(context, level, level === main, coverages.at(index).touched, null) });
  }
  coverages.release();
  return laid;
}

/**
 * Whether some readers (geotiff.js and all that build on it) read a tile that is left out as zeros in spite of the
 * nodata value: they do where it is NaN or infinite, and in half floats.
 */
function isMisread({ kind, filler }: ClipContext['outside'], { format, bits }: SampleLayout): boolean {
  if (kind !== 'nodata') return false;
  if (typeof filler.value === 'bigint') return false;
  return !Number.isFinite(filler.value) || (format === 'float' && bits === 16 && filler.value !== 0);
}

/** Plans all levels together, plane after plane where bands are stored apart. */
async function planPlanes(
  context: ClipContext,
  levels: readonly ClipLevel[],
  covered: LevelCoverages,
): Promise<TileTable[]> {
  const { raster, reads, outside, input, exactLevels } = context;
  const byLevel = levels.map(planesOf);
  const byPlane = Array.from({ length: raster.image.planes }, (_, plane) => byLevel.flatMap((all) => all[plane] ?? []));
  // What an overview of whole tiles is made of lies along the boundary; of another, everywhere.
  const widths = exactLevels === null ? alignedWidths(levels, () => covered.at(1)) : exactWidths(levels);
  await planTiles({
    parts: partsOf(context, byPlane, widths, covered),
    planes: byPlane.flat(),
    nodata: outside.filler,
    reads,
    sink: input.sink,
    onTiles: progressOf(levels, input),
    signal: input.signal,
  });
  return byLevel.flatMap(([first]) => first?.table ?? []);
}

function* partsOf(
  { kernel, raster, outside }: ClipContext,
  byPlane: readonly (readonly LevelPlane[])[],
  widths: readonly number[],
  covered: LevelCoverages,
): Generator<TileJobInput, void, undefined> {
  // Where bands are stored apart, those of colour do not know of it.
  const alphaBand = outside.kind === 'alpha' && raster.image.planes === 1 ? outside.alphaBand : null;
  const making = { method: kernel.method, nodata: outside.filler, alphaBand };
  for (const planes of byPlane) {
    const levels = planes.map(({ level }) => level);
    yield* levelParts(levels, covered, new LevelOrder(levels, widths), making);
  }
}

/** Writes tiles of nodata to the blob, to stand at all empty places of a level. */
async function writeFiller({ outside, reads, input }: ClipContext, level: ClipLevel): Promise<RepeatedTile> {
  const tile = allocateSamples(level.image.rawTileBytes);
  fillNodata(tile, outside.filler);
  const places = level.tilesAcross * level.tilesDown * level.image.planes;
  return RepeatedTile.write(await encodeTile(level.image, tile), places, reads.hasLeaders, input.sink);
}
