import { clampRuns, type Spans } from './spans.ts';

/** What becomes of a tile: left out, copied byte for byte, or decoded, masked and encoded again. */
export type TileClass = 'empty' | 'full' | 'edge';

/** Classes by covered pixels: `touched` may hold data, `pure` may be copied, `area` lie within the image. */
export function classifyTile(touched: number, pure: number, area: number): TileClass {
  if (touched === 0) return 'empty';
  return pure === area ? 'full' : 'edge';
}

/** Counts pixels of a row band by tile column. */
export function countByTile(
  spans: Spans,
  firstRow: number,
  endRow: number,
  originColumn: number,
  tileWidth: number,
  counts: Uint32Array,
): void {
  counts.fill(0);
  for (let row = firstRow; row < endRow; row++) {
    const runs = clampRuns(spans.runs(row), originColumn, originColumn + counts.length * tileWidth);
    for (let at = 0; at + 1 < runs.length; at += 2) {
      let start = (runs[at] ?? 0) - originColumn;
      const end = (runs[at + 1] ?? 0) - originColumn;
      for (let tile = Math.floor(start / tileWidth); start < end; tile++) {
        const tileEnd = Math.min(end, (tile + 1) * tileWidth);
        counts[tile] = (counts[tile] ?? 0) + tileEnd - start;
        start = tileEnd;
      }
    }
  }
}
