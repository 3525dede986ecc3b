import { Problem } from '../../cache/problem.ts';
import { ENGINES } from '../../cache/catalogue.ts';
import { finishRecipe, type Recipe } from '../../cache/recipe.ts';
import { crsOfGeoKeys } from '../crs/crs.geokeys.ts';
import type { BlobSink, PlanInput } from '../engine.ts';
import { coarsen, type Coverage, ingredients, type Kernel, remade } from './coverage.ts';
import { levelTags } from './directory.ts';
import { type LaidLevel, layOut } from './layout.ts';
import { planLevel } from './level.plan.ts';
import { pixelRings } from './mask.ts';
import { resamplingOf } from './metadata.ts';
import { chooseKernel } from './options.ts';
import { OverviewMaker } from './overview.ts';
import { openRaster, type Raster } from './raster.ts';
import { rasterise } from './rows.ts';
import { allocateSamples, fillNodata, type Nodata } from './samples.ts';
import { SparsePixels } from './sparse.pixels.ts';
import { TAG } from './tiff.tags.ts';
import { encodeTile } from './tile.codec.ts';
import { LEADER_BYTES, TileReads, withLeaderAndTrailer } from './tile.reads.ts';
import { TILE_COPIED, TILE_EMPTY, TILE_MADE, type TileTable } from './tile.table.ts';
import { chooseLevels, type ClipLevel } from './window.ts';

/** Plans the clip of a GeoTIFF; see {@link Engine.plan}. `identity` goes into the report. */
export async function planClip(input: PlanInput, identity: { engine: string; outputVersion: number }): Promise<Recipe> {
  const raster = await openRaster(input.source, input.signal);
  const crs = await crsOfGeoKeys(raster.georeference.keys);
  const { width, height } = raster.image;
  const rings = pixelRings(input.boundary.geometry, crs, raster.georeference, width, height);
  const inside = rasterise(rings, width, height);
  const box = inside.bounds();
  if (box === null) {
    throw new Problem('no-coverage', 'No pixel of the dataset has its centre inside the boundary.');
  }
  const resampling = resamplingOf(raster.image.ifd.tags.get(TAG.gdalMetadata));
  const kernel = chooseKernel(resampling, input.parameters, raster.isPalette);
  const levels = chooseLevels(raster, box);
  const reads = new TileReads(input.source, raster.hasLeadersAndTrailers);
  const tables = await planLevels(input, raster, levels, { touched: inside, pure: inside }, kernel, reads);
  const [main] = levels;
  if (main === undefined) throw new Error('A clip has at least one level.');
  const laid: LaidLevel[] = [];
  for (const [index, level] of levels.entries()) {
    const table = tables[index];
    if (table === undefined) throw new Error(`Level ${index} was not planned.`);
    const filler = Number.isNaN(raster.nodata.value) ? await writeFiller(level, raster.nodata, input.sink) : null;
    laid.push({ tags: levelTags(level, main, raster.georeference), table, filler });
  }
  const segments = await layOut(laid, reads.hasLeaders, input.sink);
  const { href, etag, sizeBytes } = input.source;
  return finishRecipe({
    mediaType: ENGINES.cog.mediaType,
    blob: await input.sink.finish(),
    sources: [{ href, etag, bytes: sizeBytes }],
    segments,
    report: { ...identity, counts: countTiles(tables, inside.count()), notes: [...raster.notes] },
  });
}

/** Plans all levels, full resolution first: each overview is mended from the level before. */
async function planLevels(
  input: PlanInput,
  raster: Raster,
  levels: readonly ClipLevel[],
  inside: Coverage,
  kernel: Kernel,
  reads: TileReads,
): Promise<TileTable[]> {
  const tables: TileTable[] = [];
  const onTileRow = progressOf(levels, input.onProgress);
  let coverage = inside;
  let remake: Parameters<typeof planLevel>[0]['remake'] = null;
  for (const [index, level] of levels.entries()) {
    const next = levels[index + 1]?.axes ?? null;
    const nextCoverage = next === null ? null : coarsen(coverage, next.columns, next.rows, kernel);
    const nextRemade = nextCoverage === null ? null : remade(nextCoverage);
    const needed =
      next === null || nextRemade === null
        ? null
        : new SparsePixels(ingredients(nextRemade, coverage.touched, next.columns, next.rows), level.image.samples);
    const { nodata } = raster;
    const { sink, signal } = input;
    tables.push(await planLevel({ level, coverage, remake, needed, nodata, reads, sink, onTileRow, signal }));
    if (next === null || nextCoverage === null || nextRemade === null || needed === null) break;
    coverage = nextCoverage;
    const maker = new OverviewMaker(needed, next, kernel.method, level.image.samples, nodata);
    remake = { pixels: nextRemade, maker };
  }
  return tables;
}

/**
 * Writes one tile of nodata to the blob, to stand at every empty place of a level. Empty tiles are left out where
 * readers take them for nodata; where nodata is NaN, some (geotiff.js and all that build on it) read zeros instead.
 */
async function writeFiller(level: ClipLevel, nodata: Nodata, sink: BlobSink): Promise<LaidLevel['filler']> {
  const tile = allocateSamples(level.image.rawTileBytes);
  fillNodata(tile, nodata);
  const payload = await encodeTile(level.image, tile);
  const offset = await sink.append(withLeaderAndTrailer(payload));
  return { offset: offset + LEADER_BYTES, payloadBytes: payload.byteLength };
}

/** Counts rows of tiles, weighted by the tiles they hold, as progress. */
function progressOf(levels: readonly ClipLevel[], onProgress: PlanInput['onProgress']): () => void {
  const weights = levels.flatMap(({ tilesAcross, tilesDown }) => Array.from({ length: tilesDown }, () => tilesAcross));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let done = 0;
  let next = 0;
  return () => {
    done += weights[next++] ?? 0;
    onProgress?.(done / total);
  };
}

function countTiles(tables: readonly TileTable[], pixels: number): Record<string, number> {
  const sum = (kind: number): number => tables.reduce((count, table) => count + table.count(kind), 0);
  return {
    pixelsInside: pixels,
    tilesCopied: sum(TILE_COPIED),
    tilesReencoded: sum(TILE_MADE),
    tilesEmpty: sum(TILE_EMPTY),
    overviews: tables.length - 1,
  };
}
