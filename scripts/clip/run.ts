import { rmSync } from 'node:fs';
import { mkdtemp, open, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Problem } from '../../cache/problem.ts';
import type { RangeReader, ReadStatistics } from '../../cache/range.ts';
import { writeRecipe } from '../../cache/recipe.file.ts';
import { BLOB_SOURCE_ID, type Recipe } from '../../cache/recipe.ts';
import type { OpenSource } from '../../cache/recipe.sources.ts';
import { FileBlob } from '../../processors/blob.file.ts';
import type { PreparedBoundary } from '../../processors/boundary/prepared.ts';
import { loadEngine } from '../../processors/engine.load.ts';
import type { Engine, EngineParameters, PlanInput } from '../../processors/engine.ts';
import type { SourceContext } from '../../processors/source/context.ts';
import { openSource } from '../../processors/source/open.ts';
import { readSiblingStart } from '../../processors/source/sibling.ts';
import { suitCollector } from '../../origin/threads/heap.limits.ts';
import { chooseEngine } from './engine.choice.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface ClipOptions {
  /** URL of the source. */
  href: string;
  boundary: PreparedBoundary;
  /** File to write; replaced when it exists. */
  out: string;
  context: SourceContext;
  /** Options of the engine; its defaults for those not given. */
  parameters?: EngineParameters;
}

/** What was done, and what was read for it. */
export interface ClipDone {
  recipe: Recipe;
  planning: Readonly<ReadStatistics>;
  writing: Readonly<ReadStatistics>;
}

/**
 * Clips a source to a file with no service at all. The file appears when it is
 * complete; a failure leaves none behind and an older one as it was.
 * @throws {Problem} `invalid-request` when the file cannot lie there or takes no more bytes, or what the source or the
 *   engine throws.
 */
export async function clipToFile({ href, boundary, out, context, parameters = {} }: ClipOptions): Promise<ClipDone> {
  const folder = await workFolder(href, out);
  const keepOnSignals = removeOnSignals(folder);
  try {
    const blobPath = path.join(folder, 'blob');
    const source = await openSource(href, context);
    const readBeside: PlanInput['readBeside'] = (suffix, lengthBytes) =>
      readSiblingStart(href, suffix, lengthBytes, context);
    const recipe = await plan({ source, boundary, readBeside }, parameters, blobPath).finally(() => source.close());
    const blobContext = { ...context, schemes: ['file'] as const, fileRoots: [folder] };
    let reader: RangeReader | undefined;
    const clipPath = path.join(folder, 'clip');
    await writeNewFile(clipPath, recipe, async ({ id, etag, bytes }) => {
      if (id === BLOB_SOURCE_ID) return openSource(pathToFileURL(blobPath).href, blobContext);
      reader = await openSource(href, context, { etag, bytes });
      return reader;
    });
    await rename(clipPath, out);
    const writing = reader?.statistics ?? { requests: 0, bytesRead: 0 };
    return { recipe, planning: source.statistics, writing };
  } catch (error) {
    throw writeFault(error, out);
  } finally {
    keepOnSignals();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes a folder when the process is told to end. @returns a function that takes this back. */
function removeOnSignals(folder: string): () => void {
  const remove = (signal: NodeJS.Signals): void => {
    rmSync(folder, { recursive: true, force: true });
    // Nothing listens any more: the process ends as it would have.
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.once(signal, remove);
  return () => {
    for (const signal of SIGNALS) process.off(signal, remove);
  };
}

async function plan(
  input: Pick<PlanInput, 'source' | 'boundary' | 'readBeside'>,
  given: EngineParameters,
  blobPath: string,
): Promise<Recipe> {
  const name = await chooseEngine(input.source);
  const engine = await loadEngine(name);
  suitCollector(name);
  const parameters = checked(engine, given);
  const sink = await FileBlob.create(blobPath);
  try {
    return await engine.plan({ ...input, parameters, sink });
  } finally {
    await sink.abort();
  }
}

async function writeNewFile(filePath: string, recipe: Recipe, openPart: OpenSource): Promise<void> {
  const file = await open(filePath, 'wx');
  try {
    await writeRecipe(recipe, openPart, file);
  } finally {
    await file.close();
  }
}

/** What the system says of a file that is written; readers of sources make Problems of it themselves. */
function writeFault(error: unknown, out: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  return new Problem('invalid-request', `--out ${out} cannot be written (${error.message}).`, { cause: error });
}

/**
 * A folder beside the output, so that the finished file only has to be renamed.
 * @throws {Problem} `invalid-request` when the output is the source, a folder, or lies where nothing can be written.
 */
async function workFolder(href: string, out: string): Promise<string> {
  const isFolder = await stat(out).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) throw new Problem('invalid-request', `--out ${out} is a folder; give the name of a file.`);
  if (href.startsWith('file:') && (await isSameFile(fileURLToPath(href), out))) {
    throw new Problem('invalid-request', `--out ${out} is the source itself; give another file.`);
  }
  const parent = path.dirname(path.resolve(out));
  try {
    return await mkdtemp(path.join(parent, '.cutline-'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Problem('invalid-request', `--out ${out}: nothing can be written in ${parent} (${reason}).`, { cause });
  }
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([a, b].map((file) => realpath(file).catch(() => null)));
  return first !== null && first === second;
}

function checked(engine: Engine, given: EngineParameters): EngineParameters {
  try {
    return engine.parameters(given);
  } catch (cause) {
    throw new Problem('invalid-request', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
