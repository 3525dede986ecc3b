import type { Spans } from './spans.ts';

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
  const { columns } = spans;
  const width = counts.length * tileWidth;
  for (let row = firstRow; row < endRow; row++) {
    const last = spans.runsEnd(row);
    for (let at = spans.runsStart(row); at < last; at += 2) {
      let start = Math.max(0, (columns[at] ?? 0) - originColumn);
      const end = Math.min(width, (columns[at + 1] ?? 0) - originColumn);
      for (let tile = Math.floor(start / tileWidth); start < end; tile++) {
        const tileEnd = Math.min(end, (tile + 1) * tileWidth);
        counts[tile] = (counts[tile] ?? 0) + tileEnd - start;
        start = tileEnd;
      }
    }
  }
}
