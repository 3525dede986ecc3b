import { createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import type { RangeReader } from '../../cache/range.ts';
import { BLOB_SOURCE_ID, type Recipe } from '../../cache/recipe.ts';
import { streamRecipe } from '../../cache/recipe.stream.ts';
import { FileBlob } from '../../processors/blob.file.ts';
import type { PreparedBoundary } from '../../processors/boundary/prepared.ts';
import { engines } from '../../processors/engines.ts';
import type { SourceContext } from '../../processors/source/context.ts';
import { openSource } from '../../processors/source/open.ts';
import { chooseEngine } from './engine.choice.ts';
import { explain } from './explain.ts';

export interface ClipOptions {
  /** URL of the source. */
  href: string;
  boundary: PreparedBoundary;
  /** File to write; replaced when it exists. */
  out: string;
  context: SourceContext;
}

/**
 * Clips a source to a file with no service at all, and returns what was done, for people. The file appears when it is
 * complete; a failure leaves none behind and an older one as it was.
 * @throws {Problem} what the source or the engine throws.
 */
export async function clipToFile({ href, boundary, out, context }: ClipOptions): Promise<string> {
  const folder = await mkdtemp(path.join(path.dirname(path.resolve(out)), '.cutline-'));
  try {
    const blobPath = path.join(folder, 'blob');
    const source = await openSource(href, context);
    const recipe = await plan(source, boundary, blobPath).finally(() => source.close());
    const blobContext = { ...context, schemes: ['file'] as const, fileRoots: [folder] };
    let reader: RangeReader | undefined;
    const stream = streamRecipe(recipe, async ({ id, etag, bytes }) => {
      if (id === BLOB_SOURCE_ID) return openSource(pathToFileURL(blobPath).href, blobContext);
      reader = await openSource(href, context, { etag, bytes });
      return reader;
    });
    const clipPath = path.join(folder, 'clip');
    await pipeline(Readable.fromWeb(stream), createWriteStream(clipPath));
    await rename(clipPath, out);
    return explain(recipe, source.statistics, reader?.statistics ?? { requests: 0, bytesRead: 0 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function plan(source: RangeReader, boundary: PreparedBoundary, blobPath: string): Promise<Recipe> {
  const engine = engines[await chooseEngine(source)];
  const sink = await FileBlob.create(blobPath);
  try {
    return await engine.plan({ source, boundary, parameters: engine.parameters({}), sink });
  } finally {
    await sink.abort();
  }
}
