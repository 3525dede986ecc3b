import type { RasterBench } from './raster.bench.ts';
import { fineRows, float32Rows, int16Rows } from './raster.rows.clip.ts';
import { copyRows, latencyRows, warmRows } from './raster.rows.part.ts';
import type { Row } from './rows.ts';

/** Groups of rows by the name that `--only` takes, in the order of the table. */
const GROUPS = {
  fine: fineRows,
  copy: copyRows,
  int16: int16Rows,
  float32: float32Rows,
  warm: warmRows,
  latency: latencyRows,
} satisfies Record<string, (bench: RasterBench) => Promise<Row[]>>;

export const RASTER_GROUPS: readonly string[] = Object.keys(GROUPS);

/**
 * All rows of the raster benchmark, or those of some groups.
 * @param only names of groups; all when there is none.
 */
export async function benchRaster(bench: RasterBench, only: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, group] of Object.entries(GROUPS)) {
    if (only.length === 0 || only.includes(name)) rows.push(...(await group(bench)));
  }
  return rows;
}
