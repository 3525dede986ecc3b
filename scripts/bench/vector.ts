import type { Row } from './rows.ts';
import type { Bench } from './vector.bench.ts';
import { cpuRows } from './vector.rows.cpu.ts';
import { httpRows } from './vector.rows.http.ts';
import { detailRows, prepareRows } from './vector.rows.prepare.ts';
import { copyRows, memoryRows, sizeRows, smallRows } from './vector.rows.size.ts';

/** Groups of rows by the name that `--only` takes, in the order of the table. */
const GROUPS = {
  cpu: cpuRows,
  small: smallRows,
  copy: copyRows,
  http: httpRows,
  size: sizeRows,
  memory: memoryRows,
  prepare: prepareRows,
  detail: detailRows,
} satisfies Record<string, (bench: Bench) => Promise<Row[]>>;

export const VECTOR_GROUPS: readonly string[] = Object.keys(GROUPS);

/**
 * All rows of the vector benchmark, or those of some groups.
 * @param only names of groups; all when there is none.
 */
export async function benchVector(bench: Bench, only: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, group] of Object.entries(GROUPS)) {
    if (only.length > 0 && !only.includes(name)) continue;
    console.error(`bench: ${name} …`);
    rows.push(...(await group(bench)));
  }
  return rows;
}
