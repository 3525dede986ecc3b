// Measures the engines against their peers: npm run bench -- raster [--quick]
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { benchRaster, type Effort, hasRasterio } from './bench/raster.ts';
import { RasterInputs } from './bench/raster.inputs.ts';
import { RasterMeasure } from './bench/raster.measure.ts';
import { table } from './bench/rows.ts';

const USAGE = `Usage: npm run bench -- raster [--quick] [--warp-to-cog] [--json FILE]

  --quick        smaller inputs and fewer runs: about two minutes; its figures are no measure of the targets
  --warp-to-cog  run gdalwarp to a COG on the largest clip too, which takes GDAL 3.6 several minutes
  --json         where the figures go; default: raster.json (raster.quick.json) in the folder of the inputs

Inputs are made once in .cutline/bench, or in the folder that BENCH_DATA names.`;

const EFFORT = { largePairs: 2, pairs: 3, warmRuns: 40 };
const QUICK_EFFORT = { largePairs: 1, pairs: 2, warmRuns: 20 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, 'warp-to-cog': { type: 'boolean' }, json: { type: 'string' } },
});
if (positionals.join(' ') === 'raster') await raster(values.quick === true);
else {
  console.error(USAGE);
  process.exitCode = 1;
}

async function raster(quick: boolean): Promise<void> {
  const data = path.resolve(process.env['BENCH_DATA'] ?? '.cutline/bench');
  await mkdir(data, { recursive: true });
  const folder = await mkdtemp(path.join(data, 'run-'));
  const effort: Effort = {
    ...(quick ? QUICK_EFFORT : EFFORT),
    largeWarpToCog: quick || values['warp-to-cog'] === true,
  };
  try {
    const rows = await benchRaster(new RasterInputs(data, quick), new RasterMeasure(folder), effort);
    const setting = { quick, ...effort, cores: cpus().length, processor: cpus()[0]?.model, node: process.version };
    const json = values.json ?? path.join(data, quick ? 'raster.quick.json' : 'raster.json');
    await writeFile(json, `${JSON.stringify({ setting, rows }, null, 2)}\n`);
    console.log(table(rows));
    if (!hasRasterio()) console.log('\nrasterio.mask was not run: python3-rasterio is not installed.');
    if (quick) console.log('\nSmaller inputs than the targets are meant for: see --help.');
    console.log(`\nFigures as JSON: ${json}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
