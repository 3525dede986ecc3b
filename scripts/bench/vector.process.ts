// The processes that only the vector benchmark measures; each prints JSON.
//   prepare GEOJSON OUT              prepares a boundary
//   load BOUNDARY RUNS               loads a prepared one again and again
//   plan BOUNDARY SOURCE             plans a clip and writes nothing
//   warm BOUNDARY SOURCE OUT RUNS    makes a clip again and again, without hashing what it makes
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { writeRecipe } from '../../cache/recipe.file.ts';
import { BLOB_SOURCE_ID, type Recipe } from '../../cache/recipe.ts';
import { polygonalSchema, toMultiPolygon } from '../../origin/boundaries/polygons.ts';
import { prepareBoundary } from '../../processors/boundary/prepare.ts';
import { loadPrepared, serialisePrepared } from '../../processors/boundary/serialise.ts';
import type { BlobSink } from '../../processors/engine.ts';
import { flatgeobufEngine } from '../../processors/flatgeobuf/engine.ts';
import { sourceContext } from '../../processors/source/context.ts';
import { openSource } from '../../processors/source/open.ts';
import { UnhashedBlob } from './blob.unhashed.ts';

const context = sourceContext({ schemes: ['http', 'file'], fileRoots: ['/'] });
/** Preparing does not look at it. */
const ANY_DIGEST = '0'.repeat(64);

const [mode = '', input = '', ...rest] = process.argv.slice(2);
if (mode === 'prepare') await print(prepare(input, rest[0] ?? ''));
else if (mode === 'load') await print(load(input, Number(rest[0])));
else if (mode === 'plan') await print(planOnly(input, rest[0] ?? ''));
else if (mode === 'warm') await print(warm(input, rest[0] ?? '', rest[1] ?? '', Number(rest[2])));
else throw new Error(`There is no mode "${mode}".`);

async function print(figures: Promise<unknown>): Promise<void> {
  process.stdout.write(JSON.stringify(await figures));
}

async function prepare(geojson: string, out: string): Promise<unknown> {
  const { geometry } = z.object({ geometry: polygonalSchema }).parse(JSON.parse(await readFile(geojson, 'utf8')));
  const polygons = toMultiPolygon(geometry);
  const start = performance.now();
  const bytes = serialisePrepared(prepareBoundary(polygons, ANY_DIGEST));
  const milliseconds = performance.now() - start;
  await writeFile(out, bytes);
  return { milliseconds, bytes: bytes.length };
}

async function load(prepared: string, runs: number): Promise<unknown> {
  const milliseconds: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    loadPrepared(await readFile(prepared));
    milliseconds.push(performance.now() - start);
  }
  return { milliseconds };
}

async function planOnly(prepared: string, source: string): Promise<unknown> {
  const boundary = loadPrepared(await readFile(prepared));
  const start = performance.now();
  const recipe = await plan(hrefOf(source), boundary, new UnhashedBlob(null));
  const copied = recipe.segments.filter(([id]) => id !== BLOB_SOURCE_ID);
  return {
    milliseconds: performance.now() - start,
    copiedBytes: copied.reduce((sum, [, , length]) => sum + length, 0),
    segments: recipe.segments.length,
    counts: recipe.report.counts,
  };
}

async function warm(prepared: string, source: string, out: string, runs: number): Promise<unknown> {
  const boundary = loadPrepared(await readFile(prepared));
  const blobFile = `${out}.blob`;
  const cpuSeconds: number[] = [];
  for (let run = 0; run < runs; run++) {
    await rm(out, { force: true });
    const before = process.cpuUsage();
    const made = await open(blobFile, 'w');
    const recipe = await plan(hrefOf(source), boundary, new UnhashedBlob(made));
    await made.close();
    const file = await open(out, 'wx');
    await writeRecipe(
      recipe,
      ({ id, href }) => openSource(id === BLOB_SOURCE_ID ? hrefOf(blobFile) : href, context),
      file,
    );
    await file.close();
    const { user, system } = process.cpuUsage(before);
    cpuSeconds.push((user + system) / 1e6);
  }
  return { cpuSeconds };
}

async function plan(href: string, boundary: ReturnType<typeof loadPrepared>, sink: BlobSink): Promise<Recipe> {
  const source = await openSource(href, context);
  try {
    return await flatgeobufEngine.plan({ source, boundary, parameters: flatgeobufEngine.parameters({}), sink });
  } finally {
    await source.close();
  }
}

function hrefOf(place: string): string {
  return URL.canParse(place) ? place : pathToFileURL(place).href;
}
