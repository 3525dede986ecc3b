// The processes that the raster benchmark measures; each loads the prepared boundary and prints JSON.
//   idle BOUNDARY                    starts, loads the boundary and the engine and ends
//   clip BOUNDARY SOURCE OUT         makes one clip
//   warm BOUNDARY SOURCE OUT RUNS    makes it again and again, as a service does
//   copy BOUNDARY SOURCE OUT         plans it and copies what is copied from the source, no more
import { open, readFile, rm } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { writeRecipe } from '../../cache/recipe.file.ts';
import { BLOB_SOURCE_ID, serialiseRecipe } from '../../cache/recipe.ts';
import type { PreparedBoundary } from '../../processors/boundary/prepared.ts';
import { loadPrepared } from '../../processors/boundary/serialise.ts';
import { loadEngine } from '../../processors/engine.load.ts';
import { sourceContext } from '../../processors/source/context.ts';
import { openSource } from '../../processors/source/open.ts';
import { boundHeapOfLongRuns } from '../clip/heap.ts';
import { clipToFile } from '../clip/run.ts';

const context = sourceContext({ schemes: ['http', 'file'], fileRoots: ['/'] });

boundHeapOfLongRuns();
const [mode = '', boundaryFile = '', source = '', out = '', runs = '1'] = process.argv.slice(2);
const href = URL.canParse(source) ? source : pathToFileURL(source).href;
const boundary = loadPrepared(await readFile(boundaryFile));
if (mode === 'clip') print(await clip(boundary));
else if (mode === 'warm') print({ milliseconds: await warm(boundary, Number(runs)) });
else if (mode === 'copy') print(await copy(boundary));
else if (mode === 'idle') await loadEngine('cog');
else throw new Error(`There is no mode "${mode}".`);

function print(figures: unknown): void {
  process.stdout.write(JSON.stringify(figures));
}

async function clip(to: PreparedBoundary): Promise<unknown> {
  const { recipe, planning, writing } = await clipToFile({ href, boundary: to, out, context });
  return {
    clipBytes: recipe.bytes,
    recipeBytes: serialiseRecipe(recipe).length,
    blobBytes: recipe.sources[BLOB_SOURCE_ID]?.bytes ?? 0,
    bytesRead: planning.bytesRead + writing.bytesRead,
    requests: planning.requests + writing.requests,
    counts: recipe.report.counts,
  };
}

async function warm(to: PreparedBoundary, times: number): Promise<number[]> {
  const milliseconds: number[] = [];
  for (let run = 0; run < times; run++) {
    const start = performance.now();
    await clipToFile({ href, boundary: to, out, context });
    milliseconds.push(performance.now() - start);
  }
  return milliseconds;
}

/** What the writing of a clip does, on those segments only that the source gives. */
async function copy(to: PreparedBoundary): Promise<unknown> {
  const { recipe } = await clipToFile({ href, boundary: to, out, context });
  const segments = recipe.segments.filter(([id]) => id !== BLOB_SOURCE_ID);
  const bytes = segments.reduce((sum, [, , length]) => sum + length, 0);
  await rm(out);
  const before = process.cpuUsage();
  const file = await open(out, 'wx');
  await writeRecipe(
    { ...recipe, segments, bytes },
    ({ etag, bytes: all }) => openSource(href, context, { etag, bytes: all }),
    file,
  );
  await file.close();
  const { user, system } = process.cpuUsage(before);
  return { bytes, cpuSeconds: (user + system) / 1e6 };
}
