import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '../../cache/problem.ts';
import { writeRecipe } from '../../cache/recipe.file.ts';
import { BLOB_SOURCE_ID, type Recipe, type RecipeSegment, type RecipeSource } from '../../cache/recipe.ts';
import { integer, randomBytes, seededRandom } from './random.ts';
import { cookedSample, sampleRecipe, type ScatteredOptions, ScatteredReaders } from './recipe.sample.ts';

const MIB = 1024 * 1024;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cutline-recipe-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Where the sources of a clip lie. */
const PLACES: [place: string, isLocal: (source: RecipeSource) => boolean][] = [
  ['on this machine', () => true],
  ['elsewhere', () => false],
  ['elsewhere, but for the blob', ({ id }) => id === BLOB_SOURCE_ID],
];

/** Writes a clip to a new file, which is left for a look at it. */
async function write(recipe: Recipe, readers: ScatteredReaders, signal?: AbortSignal): Promise<string> {
  const name = path.join(folder, 'clip');
  const file = await open(name, 'w');
  try {
    await writeRecipe(recipe, readers.open, file, signal);
    return name;
  } finally {
    await file.close();
  }
}

/** 40 MiB of long segments from one file. */
async function longSample() {
  const file = randomBytes(seededRandom(7), 2 * MIB);
  const segments = Array.from({ length: 20 }, (): RecipeSegment => [1, 0, 2 * MIB]);
  return cookedSample([new Uint8Array(1), file], segments);
}

describe.each(PLACES)('writeRecipe, sources %s', (_, isLocal) => {
  test('writes the whole of random recipes and closes what it opened', async () => {
    const random = seededRandom(20);
    for (let round = 0; round < 12; round += 1) {
      const { recipe, whole, sources } = await sampleRecipe(random, integer(random, 0, 80));
      const readers = new ScatteredReaders(sources, { random, isLocal });
      const written = await readFile(await write(recipe, readers));
      expect(written.equals(whole), `round ${round}`).toBe(true);
      expect(readers.closed).toBe(readers.opened);
    }
  });

  test('goes on where the file is', async () => {
    const { recipe, whole, sources } = await sampleRecipe(seededRandom(21), 20);
    const name = path.join(folder, 'longer');
    const file = await open(name, 'w');
    await file.write('before');
    await writeRecipe(recipe, new ScatteredReaders(sources, { random: seededRandom(21), isLocal }).open, file);
    await file.write('after');
    await file.close();
    expect((await readFile(name)).equals(Buffer.concat([Buffer.from('before'), whole, Buffer.from('after')]))).toBe(
      true,
    );
  });

  test('fails when the disk is full', async () => {
    const { recipe, sources } = await longSample();
    const readers = new ScatteredReaders(sources, { random: seededRandom(22), isLocal });
    const file = await open('/dev/full', 'w');
    await expect(writeRecipe(recipe, readers.open, file)).rejects.toMatchObject({ code: 'ENOSPC', syscall: 'write' });
    await file.close();
    expect(readers.closed).toBe(readers.opened);
  });

  test('refuses a source in another state than planned', async () => {
    const { recipe, sources } = await sampleRecipe(seededRandom(23), 20);
    const readers = new ScatteredReaders(sources, { random: seededRandom(23), isLocal, etag: '"other"' });
    await expect(write(recipe, readers)).rejects.toMatchObject({ name: 'Problem', kind: 'source-changed' });
    expect(readers.closed).toBe(readers.opened);
  });

  test('opens nothing for a signal that was aborted before', async () => {
    const { recipe, sources } = await longSample();
    const readers = new ScatteredReaders(sources, { random: seededRandom(24), isLocal });
    const writing = write(recipe, readers, AbortSignal.abort(new Error('enough')));
    await expect(writing).rejects.toThrow('enough');
    expect(readers.opened).toBe(0);
  });

  test('gives up in the middle when the signal aborts', async () => {
    const { recipe, sources } = await longSample();
    const readers = new ScatteredReaders(sources, { random: seededRandom(25), isLocal });
    const abort = new AbortController();
    const watch = setInterval(() => {
      if (readers.bytesRead > 0) abort.abort(new Error('enough'));
    }, 0);
    await expect(write(recipe, readers, abort.signal)).rejects.toThrow('enough');
    clearInterval(watch);
    expect(readers.closed).toBe(readers.opened);
    expect((await stat(path.join(folder, 'clip'))).size).toBeLessThan(recipe.bytes);
  });
});

describe('writeRecipe, sources on this machine', () => {
  const local = (options: Partial<ScatteredOptions>): ScatteredOptions => ({
    random: seededRandom(30),
    isLocal: () => true,
    ...options,
  });

  test('reads many short segments a few times only, each byte once', async () => {
    const sources = [randomBytes(seededRandom(31), 1000), randomBytes(seededRandom(32), 1000)];
    const segments = Array.from({ length: 50_000 }, (_, index): RecipeSegment => [index % 2, (index * 7) % 990, 10]);
    const { recipe, whole } = await cookedSample(sources, segments);
    let reads = 0;
    const readers = new ScatteredReaders(sources, local({ onBlockingRead: () => (reads += 1) }));
    expect((await readFile(await write(recipe, readers))).equals(whole)).toBe(true);
    expect(reads).toBeLessThan(10);
    expect(readers.bytesRead).toBe(recipe.bytes);
  });

  test('fails with a source that changes on the way', async () => {
    const { recipe, sources } = await longSample();
    let reads = 0;
    const onBlockingRead = (): void => {
      reads += 1;
      if (reads === 3) throw new Problem('source-changed', 'The file was changed.');
    };
    const readers = new ScatteredReaders(sources, local({ onBlockingRead }));
    await expect(write(recipe, readers)).rejects.toMatchObject({ kind: 'source-changed' });
    expect(reads).toBe(3);
    expect(readers.closed).toBe(readers.opened);
  });

  test('lets other work of the thread go on', async () => {
    const { recipe, sources } = await longSample();
    let turns = 0;
    const watch = setInterval(() => (turns += 1), 0);
    await write(recipe, new ScatteredReaders(sources, local({})));
    clearInterval(watch);
    expect(turns).toBeGreaterThan(1);
  });
});
