import type { RasterInputs } from './raster.inputs.ts';
import type { RasterMeasure } from './raster.measure.ts';

/** How often things are run; all rows give medians. */
export interface RasterEffort {
  /** Pairs of the large clip, which takes GDAL minutes. */
  largePairs: number;
  pairs: number;
  /** Clips made by one warm process. */
  warmRuns: number;
  /** Whether `gdalwarp` to a COG is run on the large clip too: with GDAL 3.6 it takes several minutes. */
  largeWarpToCog: boolean;
}

/** What the groups of rows work with. */
export interface RasterBench {
  inputs: RasterInputs;
  run: RasterMeasure;
  effort: RasterEffort;
}

export const MIB = 1024 * 1024;
