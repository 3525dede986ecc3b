import { ENGINES } from '../../cache/engines.ts';
import { finishRecipe, type Recipe } from '../../cache/recipe.ts';
import { crsOfGeoKeys } from '../crs/crs.geokeys.ts';
import type { PlanInput } from '../engine.ts';
import { layOut, type LaidLevel } from './layout.ts';
import { keptPixels } from './kept.pixels.ts';
import { resamplingOf } from './metadata.ts';
import { chooseKernel, layoutOption, maskOption } from './options.ts';
import { chooseOutside, notesOn } from './outside.ts';
import { planFilled } from './plan.filled.ts';
import { planMasked } from './plan.masked.ts';
import { refuseExternalOverviews } from './overviews.external.ts';
import { openRaster } from './raster.ts';
import { boundsOf } from './spans.ts';
import { TAG } from './tiff.tags.ts';
import { TileReads } from './tile.reads.ts';
import { TILE_COPIED, TILE_EMPTY, TILE_MADE } from './tile.table.ts';
import { chooseExact } from './window.exact.ts';

/** Plans the clip of a GeoTIFF; see {@link Engine.plan}. `identity` goes into the report. */
export async function planClip(input: PlanInput, identity: { engine: string; outputVersion: number }): Promise<Recipe> {
  const raster = await openRaster(input.source, input.signal);
  await refuseExternalOverviews(input, raster);
  const crs = await crsOfGeoKeys(raster.georeference.keys);
  const { width, height } = raster.image;
  const grid = { transform: raster.georeference, width, height, crs };
  const kept = keptPixels(input.boundary.geometry, grid, maskOption(input.parameters));
  const exact = chooseExact(raster, kept, crs, layoutOption(input.parameters));
  const inside = exact?.kept ?? kept;
  if (inside !== kept) kept.release();
  const pixelsInside = inside.count();
  const resampling = resamplingOf(raster.image.ifd.tags.get(TAG.gdalMetadata));
  const usual = chooseKernel(resampling, input.parameters, raster.isPalette);
  // The source's overviews do not lie on the pixels of an exact extent.
  const kernel = exact === null ? usual : { ...usual, reachPixels: Infinity };
  const outside = chooseOutside(raster, input.parameters);
  const reads = new TileReads(input.source, raster.hasLeadersAndTrailers);
  const context = {
    input,
    raster,
    inside,
    box: boundsOf(inside),
    exactLevels: exact?.levels ?? null,
    kernel,
    outside,
    reads,
  };
  // An exact extent is made anew whatever tells what lies outside.
  const laid = outside.kind === 'mask' && exact === null ? await planMasked(context) : await planFilled(context);
  const segments = await layOut(laid, reads.hasLeaders, input.sink, raster.image.byteOrder);
  const counts = { pixelsInside, ...countTiles(laid) };
  const { href, etag, sizeBytes } = input.source;
  return finishRecipe({
    mediaType: ENGINES.cog.mediaType,
    blob: await input.sink.finish(),
    sources: [{ href, etag, bytes: sizeBytes }],
    segments,
    report: { ...identity, counts, notes: [...raster.notes, ...notesOn(outside)] },
  });
}

function countTiles(levels: readonly LaidLevel[]): Record<string, number> {
  const sum = (kind: number): number => levels.reduce((count, { table }) => count + table.count(kind), 0);
  return {
    tilesCopied: sum(TILE_COPIED),
    tilesReencoded: sum(TILE_MADE),
    tilesEmpty: sum(TILE_EMPTY),
    overviews: levels.length - 1,
  };
}
