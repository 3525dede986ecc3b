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

/** Counts rows of tiles, weighted by the tiles they hold, as progress. */
export function progressOf(levels: readonly ClipLevel[], { onProgress }: PlanInput): () => void {
  const weights = levels.flatMap(({ tilesAcross, tilesDown }) => Array.from({ length: tilesDown }, () => tilesAcross));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let done = 0;
  let next = 0;
  return () => {
    done += weights[next++] ?? 0;
    onProgress?.(done / total);
  };
}
