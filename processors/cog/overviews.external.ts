import { Problem } from '../../cache/problem.ts';
import type { PlanInput } from '../engine.ts';
import type { Raster } from './raster.ts';

/** Where GDAL keeps overviews that are not in the file itself. */
const SUFFIX = '.ovr';
const BYTE_ORDER_MARKS: ReadonlySet<string> = new Set(['II', 'MM']);

/**
 * Refuses a source whose overviews lie in a file beside it: its clip would silently have none. Files with overviews of
 * their own, and those of one tile, are not asked about.
 * @throws {Problem} `unsupported-source`.
 */
export async function refuseExternalOverviews({ readBeside }: PlanInput, { image, overviews }: Raster): Promise<void> {
  if (readBeside === undefined || overviews.length > 0 || image.tilesAcross * image.tilesDown === 1) return;
  const start = await readBeside(SUFFIX, 2);
  // Some servers answer a page of their own where there is nothing.
  if (start === null || !BYTE_ORDER_MARKS.has(String.fromCharCode(...start))) return;
  throw new Problem(
    'unsupported-source',
    `The overviews of the GeoTIFF lie in a file of their own (${SUFFIX}). It must be prepared first, as one ` +
      'cloud-optimised GeoTIFF with its overviews.',
  );
}
