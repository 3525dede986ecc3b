// Measures the engines against their peers: npm run bench -- raster|vector [--quick]
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { RasterEffort } from './bench/raster.bench.ts';
import { hasRasterio } from './bench/raster.compare.ts';
import { benchRaster, RASTER_GROUPS } from './bench/raster.ts';
import { RasterInputs } from './bench/raster.inputs.ts';
import { RasterMeasure } from './bench/raster.measure.ts';
import { type Row, table, verdict } from './bench/rows.ts';
import { benchVector, VECTOR_GROUPS } from './bench/vector.ts';
import { VectorInputs } from './bench/vector.inputs.ts';
import { VectorMeasure } from './bench/vector.measure.ts';

const USAGE = `Usage: npm run bench -- raster [--quick] [--warp-to-cog] [--only GROUP] [--pairs N] [--json FILE]
       npm run bench -- vector [--quick] [--only GROUP] [--pairs N] [--json FILE]

  --quick        smaller inputs and fewer runs: about two minutes; its figures are no measure of the targets
  --warp-to-cog  run gdalwarp to a COG on the largest clip too, which takes GDAL 3.6 several minutes
  --only         one group of rows, and again for more:
                 of raster ${RASTER_GROUPS.join(', ')}
                 of vector ${VECTOR_GROUPS.join(', ')}
  --pairs        runs of ours and of each peer, in turn; default 3, and 2 of the largest raster
  --json         where the figures go; default: raster.json, vector.quick.json, raster.copy.json … in the folder of
                 the inputs

Inputs are made once in .cutline/bench, or in the folder that BENCH_DATA names.`;

const EFFORT = { largePairs: 2, pairs: 3, warmRuns: 40 };
const QUICK_EFFORT = { largePairs: 1, pairs: 2, warmRuns: 20 };
const VECTOR_EFFORT = { pairs: 3, warmRuns: 12 };
const QUICK_VECTOR_EFFORT = { pairs: 1, warmRuns: 6 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean' },
    'warp-to-cog': { type: 'boolean' },
    only: { type: 'string', multiple: true },
    pairs: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const quick = values.quick === true;
const only = values.only ?? [];
const pairs = values.pairs === undefined ? null : Number(values.pairs);
const isCount = pairs === null || (Number.isSafeInteger(pairs) && pairs > 0);
const known = (groups: readonly string[]): boolean => only.every((group) => groups.includes(group));
const what = positionals.join(' ');
if (values.help === true) console.log(USAGE);
else if (what === 'raster' && isCount && known(RASTER_GROUPS)) await raster();
else if (what === 'vector' && isCount && known(VECTOR_GROUPS)) await vector();
else {
  console.error(USAGE);
  process.exitCode = 1;
}

async function raster(): Promise<void> {
  const effort: RasterEffort = {
    ...(quick ? QUICK_EFFORT : EFFORT),
    ...(pairs === null ? {} : { pairs, largePairs: pairs }),
    largeWarpToCog: quick || values['warp-to-cog'] === true,
  };
  await report('raster', effort, (data, folder) =>
    benchRaster({ inputs: new RasterInputs(data, quick), run: new RasterMeasure(folder), effort }, only),
  );
  if (!hasRasterio()) console.log('\nrasterio.mask was not run: python3-rasterio is not installed.');
}

async function vector(): Promise<void> {
  const effort = { ...(quick ? QUICK_VECTOR_EFFORT : VECTOR_EFFORT), ...(pairs === null ? {} : { pairs }) };
  await report('vector', effort, (data, folder) =>
    benchVector({ inputs: new VectorInputs(data, quick), run: new VectorMeasure(folder), effort }, only),
  );
}

/** Runs a benchmark in a folder of its own, prints its table and writes its figures. */
async function report(
  name: string,
  effort: object,
  bench: (data: string, folder: string) => Promise<Row[]>,
): Promise<void> {
  const data = path.resolve(process.env['BENCH_DATA'] ?? '.cutline/bench');
  await mkdir(data, { recursive: true });
  const folder = await mkdtemp(path.join(data, 'run-'));
  try {
    const rows = await bench(data, folder);
    const setting = { quick, ...effort, cores: cpus().length, processor: cpus()[0]?.model, node: process.version };
    const json = values.json ?? path.join(data, [name, ...only, ...(quick ? ['quick'] : []), 'json'].join('.'));
    await writeFile(json, `${JSON.stringify({ setting, rows }, null, 2)}\n`);
    console.log(table(rows));
    if (quick) console.log('\nSmaller inputs than the targets are meant for: see --help.');
    console.log(`\nFigures as JSON: ${json}`);
    // A ratio of two results that differ says nothing.
    if (rows.some((row) => verdict(row) === 'WRONG')) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
