import type { Cost } from './child.measure.ts';
import { median, medianRatio } from './pairs.ts';
import type { Row } from './rows.ts';
import { type Bench, notMeasured } from './vector.bench.ts';
import type { Boundary, Dataset, Kind, Region, VectorBoundary } from './vector.inputs.ts';
import { differenceOf, type Measures, sampleOf } from './vector.measures.ts';
import { clipWithOgr, type PostgisPeer, startPostgis, writeSample } from './vector.peers.ts';

/** Features of the sample that GDAL is given where it would take hours for all of them. */
const SAMPLE = 400;

/** Data and boundary with the targets of the ratios; null where there is none. */
interface Case {
  kind: Kind;
  region: Region;
  boundary: VectorBoundary;
  ogrTarget: number | null;
  postgisTarget: number | null;
}

const PAIRS: readonly Omit<Case, 'kind'>[] = [
  { region: 'france', boundary: 'FRA', ogrTarget: null, postgisTarget: 1 / 20 },
  { region: 'france', boundary: 'FRA-10m', ogrTarget: null, postgisTarget: 1 / 20 },
  { region: 'norway', boundary: 'NOR-10m', ogrTarget: null, postgisTarget: null },
];
const OGR_TARGETS: Partial<Record<VectorBoundary, Record<Kind, number>>> = {
  FRA: { buildings: 1 / 150, lines: 1 / 100, cells: 1 / 60 },
  'FRA-10m': { buildings: 1 / 5000, lines: 1 / 3000, cells: 1 / 1500 },
};
const KINDS: readonly Kind[] = ['buildings', 'lines', 'cells'];

/** CPU against `ogr2ogr -clipsrc`, and wall time against PostGIS's query. */
export async function cpuRows(bench: Bench): Promise<Row[]> {
  const postgis = await startPostgis();
  try {
    const rows: Row[] = [];
    for (const pair of PAIRS) {
      const fault = await bench.inputs.boundaryFault(pair.boundary);
      if (fault !== null) {
        rows.push(...notMeasured([`CPU and wall time, ${pair.boundary}`], fault));
        continue;
      }
      for (const kind of KINDS) {
        const ogrTarget = OGR_TARGETS[pair.boundary]?.[kind] ?? null;
        rows.push(...(await rowsOf(bench, postgis, { ...pair, kind, ogrTarget })));
      }
    }
    return rows;
  } finally {
    await postgis.stop();
  }
}

async function rowsOf(bench: Bench, postgis: PostgisPeer, given: Case): Promise<Row[]> {
  const { inputs, run, effort } = bench;
  const dataset = await inputs.dataset(given.kind, given.region);
  const boundary = await inputs.boundary(given.boundary);
  const name = `${dataset.name} × ${title(given.boundary, boundary)}`;
  // The first run brings source and program into the page cache; it is looked at, not counted.
  await run.clip(dataset.file, boundary);
  const ours = await run.measures(run.clipFile);
  const peer = await ogrPeer(bench, given.boundary, dataset, boundary);
  const [mine, ogr]: [Cost[], OgrCost[]] = [[], []];
  const queries: number[] = [];
  let postgisFault: string | null = null;
  for (let pair = 0; pair < effort.pairs; pair++) {
    console.error(`bench: ${name}, pair ${pair + 1} of ${effort.pairs} …`);
    mine.push(await run.clip(dataset.file, boundary));
    ogr.push(await peer.run());
    const { wallSeconds, measures } = await postgis.clip(dataset, given.boundary, boundary);
    queries.push(wallSeconds);
    postgisFault ??= differenceOf(ours, measures);
  }
  return [
    ogrRow(name, given.ogrTarget, mine, ogr, peer.note, await peer.fault(ours)),
    postgisRow(name, given.postgisTarget, mine, queries, postgisFault),
  ];
}

type OgrCost = Pick<Cost, 'cpuSeconds' | 'wallSeconds'>;

interface OgrPeer {
  run(): Promise<OgrCost>;
  /** Says how the cost was come by. */
  note: string;
  /** How its last result differs from ours. */
  fault(ours: Measures): Promise<string | null>;
}

/** All of the data at 4,600 vertices; a sample, scaled, where the boundary has more. */
async function ogrPeer({ run }: Bench, name: VectorBoundary, dataset: Dataset, boundary: Boundary): Promise<OgrPeer> {
  if (name === 'FRA') {
    return {
      run: () => run.peer(clipWithOgr(dataset.file, boundary, run.peerFile)),
      note: 'ogr2ogr',
      fault: async (ours) => differenceOf(ours, await run.measures(run.peerFile)),
    };
  }
  const [few, one] = [run.scratch('sample.fgb'), run.scratch('one.fgb')];
  await writeSample(dataset, SAMPLE, few);
  await writeSample(dataset, 1, one);
  return {
    note: `ogr2ogr, scaled from ${SAMPLE} features,`,
    async run() {
      const start = await run.peer(clipWithOgr(one, boundary, run.peerFile));
      return scaled(await run.peer(clipWithOgr(few, boundary, run.peerFile)), start, dataset.count);
    },
    fault: async (ours) => differenceOf(sampleOf(ours, SAMPLE), await run.measures(run.peerFile)),
  };
}

/** Start and reading the boundary once, and the cost of a feature as often as there are features. */
function scaled(sample: OgrCost, one: OgrCost, count: number): OgrCost {
  const linear = (of: (cost: OgrCost) => number): number =>
    of(one) + ((of(sample) - of(one)) / (SAMPLE - 1)) * (count - 1);
  return { cpuSeconds: linear((cost) => cost.cpuSeconds), wallSeconds: linear((cost) => cost.wallSeconds) };
}

function ogrRow(
  name: string,
  target: number | null,
  ours: readonly Cost[],
  theirs: readonly OgrCost[],
  peer: string,
  fault: string | null,
): Row {
  const [mine, others] = [ours, theirs].map((costs) => costs.map(({ cpuSeconds }) => cpuSeconds));
  const walls = [ours, theirs].map((costs) => median(costs.map(({ wallSeconds }) => wallSeconds)).toFixed(2));
  const note = `${seconds(mine)} of CPU; ${peer} ${seconds(others)}; wall ${walls[0]} and ${walls[1]} s`;
  return {
    unit: 'ratio',
    name: `CPU, ${name}, against ogr2ogr -clipsrc`,
    target,
    reached: medianRatio(mine ?? [], others ?? []),
    note,
    ...(fault === null ? {} : { fault }),
  };
}

function postgisRow(
  name: string,
  target: number | null,
  ours: readonly Cost[],
  queries: readonly number[],
  fault: string | null,
): Row {
  const walls = ours.map(({ wallSeconds }) => wallSeconds);
  return {
    unit: 'ratio',
    name: `wall time, ${name}, against the query of PostGIS`,
    target,
    reached: medianRatio(walls, queries),
    note: `${seconds(walls)} with the file written; the query alone ${seconds(queries)}`,
    ...(fault === null ? {} : { fault }),
  };
}

/** As in tables: `France of 4.6k vertices`. */
export function title(name: VectorBoundary, { vertices }: Boundary): string {
  if (name === 'paris') return 'a city';
  const countries = { FRA: 'France', NOR: 'Norway', CAN: 'Canada' } as const;
  const country = Object.entries(countries).find(([code]) => name.startsWith(code))?.[1] ?? name;
  const thousands = vertices < 10_000 ? (vertices / 1000).toFixed(1) : Math.round(vertices / 1000);
  return `${country} of ${thousands}k vertices`;
}

function seconds(values: readonly number[] | undefined, digits = 2): string {
  return `${median(values ?? []).toFixed(digits)} s`;
}
