// Makes clips as a process of its own and prints the largest resident set that it had, in bytes.
//   clip.process.ts                            starts and ends
//   clip.process.ts SOURCE BOUNDARY OPTIONS    makes one clip; source and boundary (JSON) are files, options JSON
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { BLOB_SOURCE_ID } from '../../../../cache/recipe.ts';
import { streamRecipe } from '../../../../cache/recipe.stream.ts';
import { suitCollector } from '../../../../origin/threads/heap.limits.ts';
import { FileBlob } from '../../../../processors/blob.file.ts';
import { prepareBoundary } from '../../../../processors/boundary/prepare.ts';
import { cogEngine } from '../../../../processors/cog/engine.ts';
import { sourceContext } from '../../../../processors/source/context.ts';
import { openSource } from '../../../../processors/source/open.ts';
import { peakBytes } from '../../peak.memory.ts';

const [source, boundary = '', options = '{}'] = process.argv.slice(2);
if (source !== undefined) await clip(source);
process.stdout.write(String(peakBytes()));

async function clip(file: string): Promise<void> {
  suitCollector('cog');
  const folder = await mkdtemp(path.join(tmpdir(), 'cutline-memory-'));
  try {
    const context = sourceContext({ schemes: ['file'], fileRoots: ['/'] });
    const reader = await openSource(pathToFileURL(file).href, context);
    const blob = path.join(folder, 'blob');
    const sink = await FileBlob.create(blob);
    const recipe = await cogEngine.plan({
      source: reader,
      boundary: prepareBoundary(JSON.parse(await readFile(boundary, 'utf8')), 'f'.repeat(64)),
      parameters: cogEngine.parameters(JSON.parse(options)),
      sink,
    });
    const made = await openSource(pathToFileURL(blob).href, context);
    let bytes = 0;
    for await (const chunk of streamRecipe(recipe, async ({ id }) => (id === BLOB_SOURCE_ID ? made : reader))) {
      bytes += chunk.byteLength;
    }
    if (bytes !== recipe.bytes) throw new Error(`The clip has ${bytes} bytes, not ${recipe.bytes}.`);
  } finally {
    await rm(folder, { recursive: true });
  }
}
