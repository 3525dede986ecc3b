import { median, medianRatio } from './pairs.ts';
import type { Row } from './rows.ts';
import type { Bench } from './vector.bench.ts';
import type { VectorBoundary } from './vector.inputs.ts';
import { title } from './vector.rows.cpu.ts';
import { clipWithOgr } from './vector.peers.ts';

const MIB = 1024 * 1024;

async function detailedFrance({ inputs }: Bench): Promise<VectorBoundary> {
  return (await inputs.boundaryFault('FRA-10m')) === null ? 'FRA-10m' : 'FRA';
}

/** What has to be kept of a clip that is not stored. */
export async function sizeRows(bench: Bench): Promise<Row[]> {
  const { inputs, run } = bench;
  const dataset = await inputs.dataset('buildings', 'france', 'million');
  const rows: Row[] = [];
  for (const code of new Set<VectorBoundary>(['FRA', await detailedFrance(bench)])) {
    const boundary = await inputs.boundary(code);
    const name = `${dataset.name} × ${title(code, boundary)}`;
    const { figures } = await run.clip(dataset.file, boundary);
    const { counts, clipBytes, recipeBytes, blobBytes } = figures;
    // What is cut is about as large as it was.
    const featureBytes = (clipBytes - blobBytes) / counts.copied;
    rows.push(
      {
        unit: 'ratio',
        name: `recipe / clip, ${name}`,
        target: 1 / 1000,
        reached: recipeBytes / clipBytes,
        note: `${recipeBytes} of ${clipBytes} bytes`,
      },
      {
        unit: 'bytes',
        name: `blob without crossing features, for each feature, ${name}`,
        target: 44,
        reached: (blobBytes - counts.cut * featureBytes) / counts.written,
        note: `${blobBytes} bytes, ${counts.written} features, ${counts.cut} of them cut`,
      },
    );
  }
  return rows;
}

/** CPU of a warm process that does not hash, against `cp` of what it wrote. */
export async function copyRows({ inputs, run, effort }: Bench): Promise<Row[]> {
  const dataset = await inputs.dataset('buildings', 'france', 'million');
  const boundary = await inputs.boundary('FRA');
  const [ours, copies]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < effort.pairs; pair++) {
    const runs = await run.warm(dataset, boundary, effort.warmRuns);
    // The first half warms the process up.
    ours.push(median(runs.slice(Math.floor(effort.warmRuns / 2))));
    copies.push(median([await run.cp(), await run.cp(), await run.cp()].map(({ cpuSeconds }) => cpuSeconds)));
  }
  return [
    {
      unit: 'ratio',
      name: `CPU of a warm process without hashing, ${dataset.name} × ${title('FRA', boundary)}, against cp of the clip`,
      target: 4,
      reached: medianRatio(ours, copies),
      note: `${median(ours).toFixed(3)} s; cp ${median(copies).toFixed(3)} s`,
    },
  ];
}

/** Peak memory over a process that has loaded the boundary and does nothing. */
export async function memoryRows(bench: Bench): Promise<Row[]> {
  const { inputs, run, effort } = bench;
  const code = await detailedFrance(bench);
  const boundary = await inputs.boundary(code);
  const datasets = [
    await inputs.dataset('buildings', 'france', 'million'),
    await inputs.dataset('buildings', 'france'),
    await inputs.dataset('cells', 'france'),
  ];
  const rows: Row[] = [];
  for (const dataset of datasets) {
    const [clips, idles]: [number[], number[]] = [[], []];
    for (let pair = 0; pair < effort.pairs; pair++) {
      idles.push((await run.idle(boundary)).peakBytes / MIB);
      clips.push((await run.clip(dataset.file, boundary)).peakBytes / MIB);
    }
    rows.push({
      unit: 'MiB',
      name: `peak memory over the idle process, ${dataset.name} × ${title(code, boundary)}`,
      target: 64,
      reached: median(clips) - median(idles),
      note: `${median(clips).toFixed(0)} − ${median(idles).toFixed(0)} MiB`,
    });
  }
  return rows;
}

/** A clip so small that starting the program is most of it. */
export async function smallRows({ inputs, run, effort }: Bench): Promise<Row[]> {
  const dataset = await inputs.dataset('buildings', 'france', 'million');
  const boundary = await inputs.boundary('paris');
  await run.clip(dataset.file, boundary);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < effort.pairs * 2; pair++) {
    ours.push((await run.clip(dataset.file, boundary)).wallSeconds);
    theirs.push((await run.peer(clipWithOgr(dataset.file, boundary, run.peerFile))).wallSeconds);
  }
  return [
    {
      unit: 'ratio',
      name: `wall time, ${dataset.name} × a city, against ogr2ogr -clipsrc`,
      target: 1,
      reached: medianRatio(ours, theirs),
      note: `${median(ours).toFixed(2)} s with the start of Node; ogr2ogr ${median(theirs).toFixed(2)} s`,
    },
  ];
}
