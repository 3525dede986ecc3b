import { serveWithLatency } from './latency.server.ts';
import { median, medianRatio, medianSeconds } from './pairs.ts';
import { MIB, type RasterBench } from './raster.bench.ts';
import { warpToCog, warpToSparseTiff } from './raster.peers.ts';
import type { Row } from './rows.ts';

const LATENCY_MS = 30;

/** Copying against `cp` of the same bytes. */
export async function copyRows({ inputs, run, effort }: RasterBench): Promise<Row[]> {
  const source = await inputs.raster('fine');
  const boundary = await inputs.boundary('BRA');
  const [interior, interiorCp, whole, wholeCp]: [number[], number[], number[], number[]] = [[], [], [], []];
  const title = `Brazil ${inputs.cellSeconds('fine')}″`;
  let bytes = 0;
  for (let pair = 0; pair < effort.pairs; pair++) {
    const copied = await run.copy(source, boundary);
    bytes = copied.bytes;
    interior.push(copied.cpuSeconds);
    interiorCp.push((await run.cp()).cpuSeconds);
    whole.push((await run.clip(source, boundary)).cpuSeconds);
    wholeCp.push((await run.cpClip()).cpuSeconds);
  }
  return [
    {
      name: `CPU of copying the interior, ${title}, against cp`,
      unit: 'ratio',
      target: 2.5,
      reached: medianRatio(interior, interiorCp),
      note: `${medianSeconds(interior, 3)} for ${Math.round(bytes / MIB)} MiB; cp ${medianSeconds(interiorCp, 3)}`,
    },
    {
      name: `CPU, ${title}, against cp of the clip`,
      unit: 'ratio',
      target: null,
      reached: medianRatio(whole, wholeCp),
      note: `the physical limit: cp of the finished clip ${medianSeconds(wholeCp, 3)}`,
    },
  ];
}

/** A small clip in a process that has made others before. */
export async function warmRows({ inputs, run, effort }: RasterBench): Promise<Row[]> {
  const source = await inputs.raster('int16');
  const boundary = await inputs.boundary('CHE');
  const job = { source, boundary, out: run.peerFile, isFloat: false };
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < effort.pairs; pair++) {
    const milliseconds = await run.warm(source, boundary, effort.warmRuns);
    // The first half warms the process up.
    ours.push(median(milliseconds.slice(effort.warmRuns / 2)) / 1000);
    const [sparse, cog] = [warpToSparseTiff(job), warpToCog(job)];
    theirs.push(Math.min((await run.peer(sparse)).wallSeconds, (await run.peer(cog)).wallSeconds));
  }
  return [
    {
      name: `wall time, Switzerland ${inputs.cellSeconds('int16')}″, warm, against gdalwarp`,
      unit: 'ratio',
      target: 0.5,
      reached: medianRatio(ours, theirs),
      note: `${medianSeconds(ours, 4)} a clip; the faster gdalwarp ${medianSeconds(theirs, 4)}`,
    },
  ];
}

/** A clip of a source that is some way off. */
export async function latencyRows({ inputs, run, effort }: RasterBench): Promise<Row[]> {
  const boundary = await inputs.boundary('BRA');
  const title = `Brazil ${inputs.cellSeconds('int16')}″`;
  const server = await serveWithLatency(await inputs.raster('int16'), LATENCY_MS);
  try {
    const job = { source: `/vsicurl/${server.url}`, boundary, out: run.peerFile, isFloat: false };
    const [ours, theirs]: [number[], number[]] = [[], []];
    let requests: [number, number] = [0, 0];
    // As from a file, the first run is not counted.
    await run.clip(server.url, boundary);
    for (let pair = 0; pair < effort.pairs; pair++) {
      server.takeRequests();
      ours.push((await run.clip(server.url, boundary)).wallSeconds);
      const mine = server.takeRequests();
      theirs.push((await run.peer(warpToSparseTiff(job))).wallSeconds);
      requests = [mine, server.takeRequests()];
    }
    return [
      {
        name: `wall time over HTTP with ${LATENCY_MS} ms latency, ${title}, against gdalwarp on /vsicurl`,
        unit: 'ratio',
        target: 1 / 10,
        reached: medianRatio(ours, theirs),
        note: `${medianSeconds(ours)}, ${requests[0]} requests; gdalwarp ${medianSeconds(theirs)}, ${requests[1]} requests`,
      },
    ];
  } finally {
    await server.close();
  }
}
