import { pathToFileURL } from 'node:url';
import { readFile } from 'node:fs/promises';
import { loadPrepared } from '../../processors/boundary/serialise.ts';
import { HeadReader } from '../../processors/flatgeobuf/head.reader.ts';
import { readHeader } from '../../processors/flatgeobuf/header.ts';
import { NODE_BYTES } from '../../processors/flatgeobuf/index.layout.ts';
import { sourceContext } from '../../processors/source/context.ts';
import { openSource } from '../../processors/source/open.ts';
import { serveWithLatency, type LatencyServer, type Traffic } from './latency.server.ts';
import type { Row } from './rows.ts';
import type { Bench } from './vector.bench.ts';
import type { Boundary, Dataset, VectorBoundary } from './vector.inputs.ts';
import type { PlanFigures } from './vector.measure.ts';
import { visitIndex } from './vector.minimum.ts';
import { title } from './vector.rows.cpu.ts';

const LATENCY_MS = 30;

/** What clipping over a network took. */
interface Fetched {
  name: string;
  plan: PlanFigures;
  planning: Traffic;
  whole: Traffic;
  minimumBytes: number;
}

/** Bytes, requests and round trips of clips of the million buildings over HTTP. */
export async function httpRows(bench: Bench): Promise<Row[]> {
  const dataset = await bench.inputs.dataset('buildings', 'france', 'million');
  const server = await serveWithLatency(dataset.file, LATENCY_MS);
  try {
    const rows: Row[] = [];
    const box = await fetched(bench, server, dataset, 'france-box');
    for (const name of await countries(bench)) {
      const country = await fetched(bench, server, dataset, name);
      rows.push(bytesRow(country), requestsRow(country), firstByteRow(country), boxRow(country, box));
    }
    const city = await fetched(bench, server, dataset, 'paris');
    return [...rows, bytesRow(city), tripsRow(city)];
  } finally {
    await server.close();
  }
}

async function countries({ inputs }: Bench): Promise<VectorBoundary[]> {
  return (await inputs.boundaryFault('FRA-10m')) === null ? ['FRA', 'FRA-10m'] : ['FRA'];
}

async function fetched(
  { inputs, run }: Bench,
  server: LatencyServer,
  dataset: Dataset,
  name: VectorBoundary,
): Promise<Fetched> {
  const boundary = await inputs.boundary(name);
  server.takeTraffic();
  const plan = await run.plan(server.url, boundary);
  const planning = server.takeTraffic();
  await run.clip(server.url, boundary);
  const whole = server.takeTraffic();
  const minimumBytes = await minimumOf(dataset, boundary, plan);
  return { name: `${dataset.name} × ${title(name, boundary)}`, plan, planning, whole, minimumBytes };
}

/** Index nodes visited, and features kept. */
async function minimumOf({ file }: Dataset, { prepared }: Boundary, plan: PlanFigures): Promise<number> {
  const source = await openSource(pathToFileURL(file).href, sourceContext({ schemes: ['file'], fileRoots: ['/'] }));
  const header = await readHeader(await HeadReader.open(source, undefined)).finally(() => source.close());
  const { nodes, featureBytes } = await visitIndex(file, header, loadPrepared(await readFile(prepared)));
  return nodes * NODE_BYTES + plan.copiedBytes + Math.round(plan.counts.cut * featureBytes);
}

function bytesRow({ name, whole, minimumBytes }: Fetched): Row {
  return {
    unit: 'ratio',
    name: `bytes fetched / minimum, ${name}`,
    target: 1.05,
    reached: whole.bytes / minimumBytes,
    note: `${whole.bytes} of ${minimumBytes} bytes`,
  };
}

function requestsRow({ name, planning, whole }: Fetched): Row {
  return {
    unit: 'count',
    name: `requests, ${name}`,
    target: 32,
    reached: whole.requests,
    note: `${planning.requests} of them for planning; ${whole.roundTrips} round trips one after another`,
  };
}

function firstByteRow({ name, planning, plan }: Fetched): Row {
  return {
    unit: 'count',
    name: `round trips one after another before the first byte, ${name}, cold`,
    target: 12,
    reached: planning.roundTrips,
    note: `${planning.requests} requests, ${planning.bytes} bytes, ${Math.round(plan.milliseconds)} ms at ${LATENCY_MS} ms each`,
  };
}

function tripsRow({ name, planning, whole }: Fetched): Row {
  return {
    unit: 'count',
    name: `round trips one after another, ${name}`,
    target: 2,
    reached: whole.roundTrips,
    note: `${planning.roundTrips} before the first byte; ${whole.requests} requests in all`,
  };
}

function boxRow({ name, whole }: Fetched, box: Fetched): Row {
  return {
    unit: 'ratio',
    name: `bytes fetched / those of the box around France in Europe, ${name}`,
    target: null,
    reached: whole.bytes / box.whole.bytes,
    note: `${whole.bytes} of ${box.whole.bytes} bytes`,
  };
}
