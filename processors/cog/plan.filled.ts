import type { BlobSink } from '../engine.ts';
import { type ClipContext, progressOf } from './clip.context.ts';
import { coarsen, type Coverage, ingredients, remade } from './coverage.ts';
import { levelTags } from './directory.ts';
import type { LaidLevel } from './layout.ts';
import { type LevelInput, planLevel } from './level.plan.ts';
import { layMask } from './mask.plan.ts';
import { emptyOption } from './options.ts';
import { OverviewMaker } from './overview.ts';
import { joinPlanes, levelOfPlane } from './planes.ts';
import { allocateSamples, fillNodata, type Nodata, type SampleLayout } from './samples.ts';
import { SparsePixels } from './sparse.pixels.ts';
import { encodeTile } from './tile.codec.ts';
import { LEADER_BYTES, withLeaderAndTrailer } from './tile.reads.ts';
import type { TileTable } from './tile.table.ts';
import { chooseLevels, type ClipLevel } from './window.ts';

/**
 * Plans a clip whose tiles that the boundary crosses are made anew, filled with nodata or zeros outside. Where there
 * is neither a nodata value nor an alpha band, a mask goes with it.
 */
export async function planFilled(context: ClipContext): Promise<LaidLevel[]> {
  const { raster, box, exactLevels, input, outside } = context;
  const levels = exactLevels ?? chooseLevels(raster, box);
  const coverages = coveragesOf(context, levels);
  const tables = await planPlanes(context, levels, coverages);
  const [main] = levels;
  if (main === undefined) throw new Error('A clip has at least one level.');
  const isFull =
    (emptyOption(input.parameters) ?? (isMisread(outside, raster.image.samples) ? 'full' : 'sparse')) === 'full';
  const laid: LaidLevel[] = [];
  for (const [index, level] of levels.entries()) {
    const [table, coverage] = [tables[index], coverages[index]];
    if (table === undefined || coverage === undefined) throw new Error(`Level ${index} was not planned.`);
    const filler = isFull ? await writeFiller(level, outside.filler, input.sink) : null;
    const image = { tags: levelTags(level, main, raster.georeference, outside.nodataText), table, filler };
    if (outside.kind !== 'mask') laid.push(image);
    else laid.push({ ...image, mask: await layMask(context, level, level === main, coverage.touched, null) });
  }
  return laid;
}

/** What of each level lies inside, full resolution first. */
function coveragesOf({ inside, kernel }: ClipContext, levels: readonly ClipLevel[]): Coverage[] {
  const coverages: Coverage[] = [];
  for (const { axes } of levels) {
    const finer = coverages.at(-1);
    if (finer === undefined || axes === null) coverages.push({ touched: inside, pure: inside });
    else coverages.push(coarsen(finer, axes.columns, axes.rows, kernel));
  }
  return coverages;
}

/**
 * Whether some readers (geotiff.js and all that build on it) read a tile that is left out as zeros in spite of the
 * nodata value: they do where it is NaN, and in half floats.
 */
function isMisread({ kind, filler }: ClipContext['outside'], { format, bits }: SampleLayout): boolean {
  if (kind !== 'nodata') return false;
  return Number.isNaN(filler.value) || (format === 'float' && bits === 16 && filler.value !== 0);
}

/** Plans all levels, plane after plane where bands are stored apart. */
async function planPlanes(
  context: ClipContext,
  levels: readonly ClipLevel[],
  coverages: readonly Coverage[],
): Promise<TileTable[]> {
  const { planes } = context.raster.image;
  const byPlane = Array.from({ length: planes }, (_, plane) => levels.map((level) => levelOfPlane(level, plane)));
  const onTileRow = progressOf(byPlane.flat(), context.input);
  const tables: TileTable[][] = [];
  for (const plane of byPlane) tables.push(await planLevels(context, plane, coverages, onTileRow));
  return levels.map((level, index) =>
    joinPlanes(
      level,
      tables.flatMap((plane) => plane[index] ?? []),
    ),
  );
}

/** Plans all levels of a plane, full resolution first: each overview is mended from the level before. */
async function planLevels(
  { input, raster, kernel, reads, outside }: ClipContext,
  levels: readonly ClipLevel[],
  coverages: readonly Coverage[],
  onTileRow: () => void,
): Promise<TileTable[]> {
  const tables: TileTable[] = [];
  const { sink, signal } = input;
  const nodata = outside.filler;
  // Where bands are stored apart, those of colour do not know of it.
  const alphaBand = outside.kind === 'alpha' && raster.image.planes === 1 ? outside.alphaBand : null;
  let remake: LevelInput['remake'] = null;
  for (const [index, level] of levels.entries()) {
    const [coverage, nextCoverage] = [coverages[index], coverages[index + 1]];
    if (coverage === undefined) throw new Error(`Level ${index} has no coverage.`);
    const axes = levels[index + 1]?.axes ?? null;
    const pixels = nextCoverage === undefined ? null : remade(nextCoverage);
    const needed =
      axes === null || pixels === null
        ? null
        : new SparsePixels(ingredients(pixels, coverage.touched, axes.columns, axes.rows), level.image.samples);
    const fixed = { copiesEdges: false, nodata, reads, sink, onTileRow, signal };
    tables.push(await planLevel({ level, coverage, remake, needed, ...fixed }));
    if (axes === null || pixels === null || needed === null) break;
    const maker = new OverviewMaker(needed, axes, kernel.method, level.image.samples, nodata, alphaBand);
    remake = { pixels, maker };
  }
  return tables;
}

/** Writes one tile of nodata to the blob, to stand at every empty place of a level. */
async function writeFiller(level: ClipLevel, nodata: Nodata, sink: BlobSink): Promise<LaidLevel['filler']> {
  const tile = allocateSamples(level.image.rawTileBytes);
  fillNodata(tile, nodata);
  const payload = await encodeTile(level.image, tile);
  const offset = await sink.append(withLeaderAndTrailer(payload));
  return { offset: offset + LEADER_BYTES, payloadBytes: payload.byteLength };
}
