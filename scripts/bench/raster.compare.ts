import { execFileSync } from 'node:child_process';
import type { Cost } from './child.measure.ts';
import { median } from './pairs.ts';
import type { RasterBench } from './raster.bench.ts';
import { PYTHON, type RasterName } from './raster.inputs.ts';
import type { ClipFigures } from './raster.measure.ts';
import { rasterioMask, translateToCog, warpToCog, warpToSparseTiff } from './raster.peers.ts';

/** What one clip cost in each pair, ours and each peer's. */
export interface Compared {
  ours: Cost[];
  peers: Record<string, Cost[]>;
  idle: Cost[];
  figures: ClipFigures;
  /** Compressed bytes of the source's tiles that hold a pixel of the clip. */
  touchingBytes: number;
}

export interface CompareOptions {
  pairs: number;
  /** Whether `gdalwarp` to a COG is run too, once: it is there for scale. */
  withWarpToCog: boolean;
}

/** Clips a raster to Brazil, ours and each peer's in turn. */
export async function compare(
  { inputs, run }: RasterBench,
  name: RasterName,
  { pairs, withWarpToCog }: CompareOptions,
): Promise<Compared> {
  const source = await inputs.raster(name);
  const boundary = await inputs.boundary('BRA');
  const job = { source, boundary, out: run.peerFile, isFloat: name === 'float32' };
  const peers: Record<string, string[]> = {
    'gdalwarp → sparse GTiff': warpToSparseTiff(job),
    'gdal_translate → COG': translateToCog(job),
  };
  if (hasRasterio()) peers['rasterio.mask → GTiff'] = rasterioMask(PYTHON, job);
  // The first run brings source and programs into the page cache and is not counted.
  const { figures } = await run.clip(source, boundary);
  const touchingBytes = await run.touchingBytes(source);
  const compared: Compared = { ours: [], peers: {}, idle: [], figures, touchingBytes };
  for (let pair = 0; pair < pairs; pair++) {
    if (withWarpToCog && pair === 0) peers['gdalwarp → COG'] = warpToCog(job);
    else delete peers['gdalwarp → COG'];
    compared.idle.push(await run.idle(boundary));
    compared.ours.push(await run.clip(source, boundary));
    for (const [peer, command] of Object.entries(peers)) {
      console.error(`bench: ${name}, pair ${pair + 1} of ${pairs}, ${peer} …`);
      (compared.peers[peer] ??= []).push(await run.peer(command));
    }
  }
  return compared;
}

/** rasterio and `gdalwarp` without overviews are the routes to a clip that cost least; whichever it is here. */
export function cheapest({ peers }: Compared): string {
  const routes = ['gdalwarp → sparse GTiff', 'rasterio.mask → GTiff'].filter((peer) => peers[peer] !== undefined);
  const cpu = (peer: string): number => median((peers[peer] ?? []).map(({ cpuSeconds }) => cpuSeconds));
  return routes.toSorted((a, b) => cpu(a) - cpu(b))[0] ?? '';
}

/** Whether rasterio is installed (Debian: `python3-rasterio`). */
export function hasRasterio(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import rasterio.mask'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
