import { median, medianRatio } from './pairs.ts';
import type { Row } from './rows.ts';
import { type Bench, notMeasured } from './vector.bench.ts';
import type { Boundary, Kind, VectorBoundary } from './vector.inputs.ts';
import { title } from './vector.rows.cpu.ts';

/** 40 MB: what a Worker can hold beside what it works on. */
const PREPARED_BYTES_MAX = 40e6;
const MIB = 1024 * 1024;
const LOADS = 7;

/** Building and loading the prepared boundary, and its size. */
export async function prepareRows(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const code of ['FRA', 'FRA-10m', 'NOR-10m', 'CAN-10m'] as const) {
    const fault = await bench.inputs.boundaryFault(code);
    rows.push(...(fault === null ? await rowsOf(bench, code) : notMeasured([`preparing ${code}`], fault)));
  }
  return rows;
}

async function rowsOf({ inputs, run, effort }: Bench, code: VectorBoundary): Promise<Row[]> {
  const boundary = await inputs.boundary(code);
  const name = title(code, boundary);
  const builds: Awaited<ReturnType<typeof run.prepare>>[] = [];
  for (let pair = 0; pair < effort.pairs; pair++) builds.push(await run.prepare(boundary));
  const milliseconds = builds.map((build) => build.milliseconds);
  const cpu = builds.map(({ cpuSeconds }) => cpuSeconds);
  const bytes = builds[0]?.bytes ?? 0;
  const loads = await run.load(boundary, LOADS);
  return [
    {
      unit: 's',
      name: `preparing ${name}`,
      target: null,
      reached: median(milliseconds) / 1000,
      note: `wall time; ${median(cpu).toFixed(2)} s of CPU with reading the GeoJSON, peak ${peak(builds)} MiB`,
    },
    {
      unit: 'MiB',
      name: `size of ${name}, prepared`,
      target: PREPARED_BYTES_MAX / MIB,
      reached: bytes / MIB,
      note: `${bytes} bytes`,
    },
    {
      unit: 'ms',
      name: `loading ${name}, prepared`,
      target: null,
      reached: median(loads),
      note: `with reading the file; ${loads[0]?.toFixed(1)} ms the first time`,
    },
  ];
}

function peak(builds: readonly { peakBytes: number }[]): string {
  return (median(builds.map(({ peakBytes }) => peakBytes)) / MIB).toFixed(0);
}

/** Clips of a boundary of a million vertices against those of the same country with 5,000. */
export async function detailRows({ inputs, run, effort }: Bench): Promise<Row[]> {
  const fault = await inputs.boundaryFault('CAN-10m');
  if (fault !== null) return notMeasured(['CPU, boundary of a million vertices against the same with 5,000'], fault);
  const [fine, coarse] = [await inputs.boundary('CAN-10m'), await inputs.boundary('CAN-5k')];
  const rows: Row[] = [];
  for (const kind of ['buildings', 'lines', 'cells'] as const satisfies readonly Kind[]) {
    const dataset = await inputs.dataset(kind, 'canada');
    const costs = new Map<Boundary, number[]>([
      [fine, []],
      [coarse, []],
    ]);
    let cut = 0;
    for (let pair = 0; pair < effort.pairs; pair++) {
      for (const [boundary, cpu] of costs) {
        const { cpuSeconds, figures } = await run.clip(dataset.file, boundary);
        cpu.push(cpuSeconds);
        if (boundary === fine) cut = figures.counts.cut;
      }
    }
    const [mine, theirs] = [costs.get(fine) ?? [], costs.get(coarse) ?? []];
    rows.push({
      unit: 'ratio',
      name: `CPU, ${dataset.name}, ${title('CAN-10m', fine)} against ${title('CAN-5k', coarse)}`,
      target: 2,
      reached: medianRatio(mine, theirs),
      note: `${median(mine).toFixed(2)} s, ${cut} features cut; ${median(theirs).toFixed(2)} s`,
    });
  }
  return rows;
}
