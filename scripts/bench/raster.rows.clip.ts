import type { Cost } from './child.measure.ts';
import { median, medianRatio, medianSeconds } from './pairs.ts';
import { MIB, type RasterBench } from './raster.bench.ts';
import { cheapest, compare, type Compared } from './raster.compare.ts';
import type { RasterName } from './raster.inputs.ts';
import type { Row } from './rows.ts';

const WARP_TO_COG = 'gdalwarp → COG';

/** A whole clip of Brazil of which most tiles are copied. */
export async function fineRows(bench: RasterBench): Promise<Row[]> {
  const { largePairs: pairs, largeWarpToCog: withWarpToCog } = bench.effort;
  const compared = await compare(bench, 'fine', { pairs, withWarpToCog });
  const { recipeBytes, blobBytes, clipBytes } = compared.figures;
  const title = `${bench.inputs.cellSeconds('fine')}″`;
  return [
    cpuRow(`CPU, Brazil ${title}, against the cheapest GDAL route`, compared, cheapest(compared), 1 / 20),
    cpuRow(`CPU, Brazil ${title}, against gdal_translate bbox → COG`, compared, 'gdal_translate → COG', 1 / 40),
    ...(withWarpToCog ? [cpuRow(`CPU, Brazil ${title}, against gdalwarp → COG`, compared, WARP_TO_COG, null)] : []),
    ...wholeRows(title, compared),
    {
      name: `recipe + blob / clip, Brazil ${title}`,
      unit: 'ratio',
      target: 0.25,
      reached: (recipeBytes + blobBytes) / clipBytes,
      note: `${recipeBytes} + ${blobBytes} of ${clipBytes} bytes`,
    },
  ];
}

export function int16Rows(bench: RasterBench): Promise<Row[]> {
  return coarseRows(bench, 'int16');
}

export function float32Rows(bench: RasterBench): Promise<Row[]> {
  return coarseRows(bench, 'float32');
}

/** A whole clip of Brazil of which most tiles are made anew. */
async function coarseRows(bench: RasterBench, name: RasterName): Promise<Row[]> {
  const compared = await compare(bench, name, { pairs: bench.effort.pairs, withWarpToCog: true });
  const title = `${bench.inputs.cellSeconds(name)}″ ${name}`;
  return [
    cpuRow(`CPU, Brazil ${title}, against the cheapest GDAL route`, compared, cheapest(compared), 1 / 4),
    cpuRow(`CPU, Brazil ${title}, against gdalwarp → COG`, compared, WARP_TO_COG, null),
    ...wholeRows(title, compared),
  ];
}

function wholeRows(title: string, compared: Compared): Row[] {
  return [wallRow(title, compared), readRow(title, compared), memoryRow(title, compared)];
}

function cpuRow(name: string, { ours, peers }: Compared, peer: string, target: number | null): Row {
  const [mine = [], theirs = []] = [ours, peers[peer] ?? []].map((costs) => costs.map(({ cpuSeconds }) => cpuSeconds));
  const note = `${medianSeconds(mine)} of CPU; ${peer} ${medianSeconds(theirs)}`;
  return { name, unit: 'ratio', target, reached: medianRatio(mine, theirs), note };
}

function wallRow(title: string, { ours, peers, figures }: Compared): Row {
  const wall = (costs: readonly Cost[]): number[] => costs.map(({ wallSeconds }) => wallSeconds);
  const all = Object.entries(peers).map(([peer, costs]) => [peer, wall(costs)] as const);
  const [peer, theirs] = all.toSorted((a, b) => median(a[1]) - median(b[1]))[0] ?? ['', []];
  const size = (figures.clipBytes / MIB).toFixed(figures.clipBytes < 10 * MIB ? 1 : 0);
  return {
    name: `wall time, Brazil ${title}, against the fastest of GDAL's`,
    unit: 'ratio',
    target: 1,
    reached: medianRatio(wall(ours), theirs),
    note: `${medianSeconds(wall(ours))} for ${size} MiB; ${peer} ${medianSeconds(theirs)}`,
  };
}

function readRow(title: string, { figures, touchingBytes }: Compared): Row {
  const isSmall = figures.clipBytes < 10 * MIB;
  return {
    name: `bytes read / bytes of touching tiles, Brazil ${title}`,
    unit: 'ratio',
    target: isSmall ? null : 1.02,
    reached: figures.bytesRead / touchingBytes,
    note: `${figures.bytesRead} of ${touchingBytes}${isSmall ? '; a clip below 10 MiB has no target' : ''}`,
  };
}

function memoryRow(title: string, { ours, idle, peers }: Compared): Row {
  const peak = (costs: readonly Cost[]): number => median(costs.map((cost) => cost.peakBytes)) / MIB;
  const others = Object.entries(peers).map(([peer, costs]) => `${peer} ${peak(costs).toFixed(0)}`);
  return {
    name: `peak memory over the idle process, Brazil ${title}`,
    unit: 'MiB',
    target: 96,
    reached: peak(ours) - peak(idle),
    note: `${peak(ours).toFixed(0)} − ${peak(idle).toFixed(0)} MiB; ${others.join(', ')} MiB in all`,
  };
}
