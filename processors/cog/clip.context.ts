import type { PlanInput } from '../engine.ts';
import type { Kernel } from './coverage.ts';
import type { Outside } from './outside.ts';
import type { Raster } from './raster.ts';
import type { Spans } from './spans.ts';
import type { TileReads } from './tile.reads.ts';
import type { ClipLevel, PixelBox } from './window.ts';

/** What the levels of one clip are planned with. */
export interface ClipContext {
  readonly input: PlanInput;
  readonly raster: Raster;
  /** Pixels of the full resolution inside the boundary, as that level is planned. */
  readonly inside: Spans;
  /** The smallest box that holds them. */
  readonly box: PixelBox;
  /** Levels of an extent that is not one of whole tiles; else null. */
  readonly exactLevels: readonly ClipLevel[] | null;
  readonly kernel: Kernel;
  readonly outside: Outside;
  readonly reads: TileReads;
}

/** Counts tiles as progress: what is done of the grids of all levels. */
export function progressOf(levels: readonly ClipLevel[], { onProgress }: PlanInput): (tiles: number) => void {
  const total = levels.reduce(
    (sum, { tilesAcross, tilesDown, image }) => sum + tilesAcross * tilesDown * image.planes,
    0,
  );
  let done = 0;
  return (tiles) => {
    done += tiles;
    onProgress?.(done / total);
  };
}
