import { execFileSync } from 'node:child_process';
import { type Cost } from './child.measure.ts';
import { serveWithLatency } from './latency.server.ts';
import { median, medianRatio } from './pairs.ts';
import { PYTHON, type BoundaryFiles, type RasterInputs, type RasterName } from './raster.inputs.ts';
import type { ClipFigures, RasterMeasure } from './raster.measure.ts';
import { rasterioMask, translateToCog, warpToCog, warpToSparseTiff } from './raster.peers.ts';
import type { Row } from './rows.ts';

/** How often things are run; all rows give medians. */
export interface Effort {
  /** Pairs of the large clip, which takes GDAL minutes. */
  largePairs: number;
  pairs: number;
  warmRuns: number;
  /** Whether `gdalwarp` to a COG is run on the large clip too: with GDAL 3.6 it takes several minutes. */
  largeWarpToCog: boolean;
}

const MIB = 1024 * 1024;
const LATENCY_MS = 30;
const UNITS = { unit: 'ratio' } as const;

type Peers = Record<string, string[]>;

/** What one clip cost in each pair, ours and each peer's. */
interface Compared {
  ours: Cost[];
  peers: Record<string, Cost[]>;
  idle: Cost[];
  figures: ClipFigures;
  touchingBytes: number;
  source: string;
  boundary: BoundaryFiles;
}

/** All rows of the raster benchmark. */
export async function benchRaster(inputs: RasterInputs, run: RasterMeasure, effort: Effort): Promise<Row[]> {
  const large = await compare(inputs, run, 'fine', effort.largePairs, effort.largeWarpToCog);
  const copying = await copyRow(run, large, effort.pairs);
  const whole = await cpRow(run, large, effort.pairs);
  const edges = await compare(inputs, run, 'int16', effort.pairs, true);
  const floats = await compare(inputs, run, 'float32', effort.pairs, true);
  return [
    cpuRow('CPU, Brazil 6″, against the cheapest GDAL route', large, cheapest(large), 1 / 20),
    cpuRow('CPU, Brazil 6″, against gdal_translate bbox → COG', large, 'gdal_translate → COG', 1 / 40),
    ...(effort.largeWarpToCog ? [cpuRow('CPU, Brazil 6″, against gdalwarp → COG', large, 'gdalwarp → COG', null)] : []),
    cpuRow('CPU, Brazil 30″ int16, against the cheapest GDAL route', edges, cheapest(edges), 1 / 4),
    cpuRow('CPU, Brazil 30″ float32, against the cheapest GDAL route', floats, cheapest(floats), 1 / 4),
    cpuRow('CPU, Brazil 30″ int16, against gdalwarp → COG', edges, 'gdalwarp → COG', null),
    cpuRow('CPU, Brazil 30″ float32, against gdalwarp → COG', floats, 'gdalwarp → COG', null),
    ...[large, edges, floats].map((compared, index) =>
      wallRow(['6″', '30″ int16', '30″ float32'][index] ?? '', compared),
    ),
    await warmRow(inputs, run, effort),
    copying,
    whole,
    ...[large, edges, floats].map((compared, index) =>
      readRow(['6″', '30″ int16', '30″ float32'][index] ?? '', compared),
    ),
    await latencyRow(run, edges, effort.pairs),
    ...[large, edges, floats].map((compared, index) =>
      memoryRow(['6″', '30″ int16', '30″ float32'][index] ?? '', compared),
    ),
    {
      ...UNITS,
      name: 'recipe + blob / clip, Brazil 6″',
      target: 0.25,
      reached: (large.figures.recipeBytes + large.figures.blobBytes) / large.figures.clipBytes,
      note: `${large.figures.recipeBytes} + ${large.figures.blobBytes} of ${large.figures.clipBytes} bytes`,
    },
  ];
}

async function compare(
  inputs: RasterInputs,
  run: RasterMeasure,
  name: RasterName,
  pairs: number,
  withWarpToCog: boolean,
): Promise<Compared> {
  const source = await inputs.raster(name);
  const boundary = await inputs.boundary('BRA');
  const job = { source, boundary, out: run.peerFile, isFloat: name === 'float32' };
  const peers: Peers = {
    'gdalwarp → sparse GTiff': warpToSparseTiff(job),
    'gdal_translate → COG': translateToCog(job),
  };
  if (hasRasterio()) peers['rasterio.mask → GTiff'] = rasterioMask(PYTHON, job);
  // The first run brings source and programs into the page cache and is not counted.
  let { figures } = await run.clip(source, boundary);
  const touchingBytes = await run.touchingBytes(source);
  const compared: Compared = { ours: [], peers: {}, idle: [], figures, touchingBytes, source, boundary };
  for (let pair = 0; pair < pairs; pair++) {
    // It needs no pair: it is there for scale.
    if (withWarpToCog && pair === 0) peers['gdalwarp → COG'] = warpToCog(job);
    else delete peers['gdalwarp → COG'];
    compared.idle.push(await run.idle(boundary));
    const ours = await run.clip(source, boundary);
    compared.ours.push(ours);
    for (const [peer, command] of Object.entries(peers)) {
      console.error(`bench: ${name}, pair ${pair + 1} of ${pairs}, ${peer} …`);
      (compared.peers[peer] ??= []).push(await run.peer(command));
    }
  }
  return compared;
}

/** rasterio and `gdalwarp` without overviews are the routes to a clip that cost least; whichever it is here. */
function cheapest({ peers }: Compared): string {
  const routes = ['gdalwarp → sparse GTiff', 'rasterio.mask → GTiff'].filter((peer) => peers[peer] !== undefined);
  const cpu = (peer: string): number => median((peers[peer] ?? []).map(({ cpuSeconds }) => cpuSeconds));
  return routes.toSorted((a, b) => cpu(a) - cpu(b))[0] ?? '';
}

function cpuRow(name: string, { ours, peers }: Compared, peer: string, target: number | null): Row {
  const [mine, theirs] = [ours, peers[peer] ?? []].map((costs) => costs.map(({ cpuSeconds }) => cpuSeconds));
  const reached = medianRatio(mine ?? [], theirs ?? []);
  return { ...UNITS, name, target, reached, note: `${seconds(mine)} of CPU; ${peer} ${seconds(theirs)}` };
}

function wallRow(name: string, { ours, peers, figures }: Compared): Row {
  const wall = (costs: readonly Cost[]): number[] => costs.map(({ wallSeconds }) => wallSeconds);
  const all = Object.entries(peers).map(([peer, costs]) => [peer, wall(costs)] as const);
  const [peer, theirs] = all.toSorted((a, b) => median(a[1]) - median(b[1]))[0] ?? ['', []];
  const note = `${seconds(wall(ours))} for ${Math.round(figures.clipBytes / MIB)} MiB; ${peer} ${seconds(theirs)}`;
  const reached = medianRatio(wall(ours), theirs);
  return { ...UNITS, name: `wall time, Brazil ${name}, against the fastest of GDAL's`, target: 1, reached, note };
}

function readRow(name: string, { figures, touchingBytes }: Compared): Row {
  const isSmall = figures.clipBytes < 10 * MIB;
  return {
    ...UNITS,
    name: `bytes read / bytes of touching tiles, Brazil ${name}`,
    target: isSmall ? null : 1.02,
    reached: figures.bytesRead / touchingBytes,
    note: `${figures.bytesRead} of ${touchingBytes}${isSmall ? '; a clip below 10 MiB has no target' : ''}`,
  };
}

function memoryRow(name: string, { ours, idle, peers }: Compared): Row {
  const peak = (costs: readonly Cost[] | undefined): number =>
    median((costs ?? []).map((cost) => cost.peakBytes)) / MIB;
  const others = Object.entries(peers).map(([peer, costs]) => `${peer} ${peak(costs).toFixed(0)}`);
  return {
    name: `peak memory over the idle process, Brazil ${name}`,
    unit: 'MiB',
    target: 96,
    reached: peak(ours) - peak(idle),
    note: `${peak(ours).toFixed(0)} − ${peak(idle).toFixed(0)} MiB; ${others.join(', ')} MiB in all`,
  };
}

async function warmRow(inputs: RasterInputs, run: RasterMeasure, { warmRuns, pairs }: Effort): Promise<Row> {
  const source = await inputs.raster('int16');
  const boundary = await inputs.boundary('CHE');
  const milliseconds = await run.warm(source, boundary, warmRuns);
  const job = { source, boundary, out: run.peerFile, isFloat: false };
  const theirs: [sparse: number[], cog: number[]] = [[], []];
  for (let pair = 0; pair < pairs * 2; pair++) {
    theirs[0].push((await run.peer(warpToSparseTiff(job))).wallSeconds);
    theirs[1].push((await run.peer(warpToCog(job))).wallSeconds);
  }
  const fastest = Math.min(...theirs.map(median));
  // The first half warms the process up.
  const ours = milliseconds.slice(warmRuns / 2).map((value) => value / 1000);
  const reached = median(ours) / fastest;
  const note = `${seconds(ours, 4)} a clip; the faster gdalwarp ${seconds([fastest], 4)}`;
  return { ...UNITS, name: 'wall time, Switzerland 30″, warm, against gdalwarp', target: 0.5, reached, note };
}

async function copyRow(run: RasterMeasure, { source, boundary }: Compared, pairs: number): Promise<Row> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  let bytes = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const copied = await run.copy(source, boundary);
    ours.push(copied.cpuSeconds);
    theirs.push((await run.cp()).cpuSeconds);
    bytes = copied.bytes;
  }
  const note = `${seconds(ours, 3)} for ${Math.round(bytes / MIB)} MiB; cp ${seconds(theirs, 3)}`;
  const reached = medianRatio(ours, theirs);
  return { ...UNITS, name: 'CPU of copying the interior, Brazil 6″, against cp', target: 2.5, reached, note };
}

async function cpRow(run: RasterMeasure, { source, boundary, ours }: Compared, pairs: number): Promise<Row> {
  await run.clip(source, boundary);
  const copies: number[] = [];
  for (let pair = 0; pair < pairs; pair++) copies.push((await run.cpClip()).cpuSeconds);
  const mine = ours.map(({ cpuSeconds }) => cpuSeconds);
  const reached = median(mine) / median(copies);
  const note = `the physical limit: cp of the finished clip ${seconds(copies, 3)}`;
  return { ...UNITS, name: 'CPU, Brazil 6″, against cp of the clip', target: null, reached, note };
}

async function latencyRow(run: RasterMeasure, { source, boundary }: Compared, pairs: number): Promise<Row> {
  const server = await serveWithLatency(source, LATENCY_MS);
  try {
    const job = { source: `/vsicurl/${server.url}`, boundary, out: run.peerFile, isFloat: false };
    const [ours, theirs]: [number[], number[]] = [[], []];
    let requests: [number, number] = [0, 0];
    for (let pair = 0; pair < pairs; pair++) {
      ours.push((await run.clip(server.url, boundary)).wallSeconds);
      const mine = server.takeRequests();
      theirs.push((await run.peer(warpToSparseTiff(job))).wallSeconds);
      requests = [mine, server.takeRequests()];
    }
    const note = `${seconds(ours)}, ${requests[0]} requests; gdalwarp ${seconds(theirs)}, ${requests[1]} requests`;
    const name = `wall time over HTTP with ${LATENCY_MS} ms latency, Brazil 30″, against gdalwarp on /vsicurl`;
    return { ...UNITS, name, target: 1 / 10, reached: medianRatio(ours, theirs), note };
  } finally {
    await server.close();
  }
}

function seconds(values: readonly number[] | undefined, digits = 2): string {
  return `${median(values ?? []).toFixed(digits)} s`;
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
