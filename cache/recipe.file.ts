// For Node: writes to an open file.
import { writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { giveBack } from './range.read.many.ts';
import type { RangeReader, RangeTarget } from './range.ts';
import type { Recipe, RecipeSegment } from './recipe.ts';
import { type OpenSource, RecipeSources } from './recipe.sources.ts';
import { streamRecipe } from './recipe.stream.ts';

/** Small enough to stay in a processor's cache from the reading to the writing, large enough for few system calls. */
const BUFFER_BYTES = 256 * 1024;
/** Copied without a look at the event loop: a few milliseconds' worth from the page cache. */
const TURN_BYTES = 8 * 1024 * 1024;

/** A reader that can do without the event loop. */
type BlockingReader = RangeReader & Required<Pick<RangeReader, 'readBlocking'>>;

/** What fills the buffer once: targets in it by source, all in all `bytes` from its start. */
interface Filling {
  targets: ReadonlyMap<number, readonly RangeTarget[]>;
  bytes: number;
}

/**
 * Writes a whole clip to a file, from its present position on. Where all sources lie on this machine, bytes go through
 * one small buffer and the calling thread is blocked for milliseconds at a time, which costs little more than `cp` of
 * the clip; other clips are streamed.
 *
 * The file holds a part of the clip when this fails: the caller keeps it from being taken for the whole.
 * @param file opened for writing; it stays open.
 * @throws what the sources throw, the signal's reason, or the system's error when the file cannot take the bytes.
 */
export async function writeRecipe(
  recipe: Recipe,
  openSource: OpenSource,
  file: FileHandle,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const sources = new RecipeSources(recipe, openSource);
  try {
    const readers = await blockingReaders(recipe, sources);
    if (readers !== null) return await copyBlocking(recipe.segments, readers, file, signal);
  } finally {
    await sources.close();
  }
  for await (const chunk of streamRecipe(recipe, openSource, undefined, signal)) {
    await file.writeFile(chunk);
    giveBack(chunk);
  }
}

/** The readers of a recipe's sources; null when one of them has to be waited for. */
async function blockingReaders(recipe: Recipe, sources: RecipeSources): Promise<Map<number, BlockingReader> | null> {
  const readers = new Map<number, BlockingReader>();
  for (const id of new Set(recipe.segments.map(([source]) => source))) {
    const reader = await sources.reader(id);
    if (!isBlocking(reader)) return null;
    readers.set(id, reader);
  }
  return readers;
}

function isBlocking(reader: RangeReader): reader is BlockingReader {
  return reader.readBlocking !== undefined;
}

async function copyBlocking(
  segments: readonly RecipeSegment[],
  readers: ReadonlyMap<number, BlockingReader>,
  file: FileHandle,
  signal?: AbortSignal,
): Promise<void> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  let turnBytes = 0;
  for (const { targets, bytes } of fillings(segments, buffer)) {
    for (const [id, wanted] of targets) readers.get(id)?.readBlocking(wanted);
    for (let written = 0; written < bytes;) written += writeSync(file.fd, buffer, written, bytes - written);
    turnBytes += bytes;
    if (turnBytes < TURN_BYTES) continue;
    turnBytes = 0;
    await setImmediate();
    signal?.throwIfAborted();
  }
}

/** Cuts segments into what fits the buffer, as many as fit at a time. */
function* fillings(segments: readonly RecipeSegment[], buffer: Uint8Array): Generator<Filling> {
  let targets = new Map<number, RangeTarget[]>();
  let filled = 0;
  for (const [id, offset, length] of segments) {
    for (let taken = 0; taken < length;) {
      const target = buffer.subarray(filled, filled + length - taken);
      const ofSource = targets.get(id) ?? [];
      ofSource.push({ offset: offset + taken, target });
      targets.set(id, ofSource);
      taken += target.length;
      filled += target.length;
      if (filled < buffer.length) continue;
      yield { targets, bytes: filled };
      targets = new Map();
      filled = 0;
    }
  }
  if (filled > 0) yield { targets, bytes: filled };
}
