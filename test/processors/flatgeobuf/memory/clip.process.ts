// Makes clips as a process of its own and prints JSON: the largest resident set that it had, in bytes, and the counts
// of the clip.
//   clip.process.ts                                 starts and ends
//   clip.process.ts clip SOURCE BOUNDARY OPTIONS    makes one clip of a URL; boundary and options in JSON
//   clip.process.ts plan SOURCE BOUNDARY OPTIONS    plans it and does no more
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeRecipe } from '../../../../cache/recipe.file.ts';
import { BLOB_SOURCE_ID } from '../../../../cache/recipe.ts';
import { suitCollector } from '../../../../origin/threads/heap.limits.ts';
import { FileBlob } from '../../../../processors/blob.file.ts';
import { prepareBoundary } from '../../../../processors/boundary/prepare.ts';
import { flatgeobufEngine } from '../../../../processors/flatgeobuf/engine.ts';
import { sourceContext } from '../../../../processors/source/context.ts';
import { openSource } from '../../../../processors/source/open.ts';
import { peakBytes } from '../../peak.memory.ts';

const [mode, source, boundary = '[]', options = '{}'] = process.argv.slice(2);
const counts = source === undefined ? {} : await clip(source);
process.stdout.write(JSON.stringify({ peakBytes: peakBytes(), counts }));

async function clip(href: string): Promise<Record<string, number>> {
  suitCollector('flatgeobuf');
  const folder = await mkdtemp(path.join(tmpdir(), 'cutline-memory-'));
  try {
    const context = sourceContext({ schemes: ['file', 'http'], fileRoots: ['/'] });
    const reader = await openSource(href, context);
    const blob = path.join(folder, 'blob');
    const sink = await FileBlob.create(blob);
    const recipe = await flatgeobufEngine.plan({
      source: reader,
      boundary: prepareBoundary(JSON.parse(boundary), 'f'.repeat(64)),
      parameters: flatgeobufEngine.parameters(JSON.parse(options)),
      sink,
    });
    if (mode === 'plan') return recipe.report.counts;
    const file = await open(path.join(folder, 'clip'), 'wx');
    await writeRecipe(
      recipe,
      ({ id }) => openSource(id === BLOB_SOURCE_ID ? pathToFileURL(blob).href : href, context),
      file,
    );
    const { size } = await file.stat();
    await file.close();
    if (size !== recipe.bytes) throw new Error(`The clip has ${size} bytes, not ${recipe.bytes}.`);
    return recipe.report.counts;
  } finally {
    await rm(folder, { recursive: true });
  }
}
