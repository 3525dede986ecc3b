import { describe, expect, test } from 'vitest';
import { Problem } from '../../cache/problem.ts';
import { streamRecipe } from '../../cache/recipe.stream.ts';
import { startStream } from '../../cache/stream.ts';
import { integer, randomBytes, seededRandom } from './random.ts';
import { cookedSample, sampleRecipe, ScatteredReaders } from './recipe.sample.ts';

const MIB = 1024 * 1024;

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  return Buffer.from(await new Response(stream).arrayBuffer());
}

/** 40 MiB of long segments from one file. */
async function longSample(random: () => number) {
  const file = randomBytes(random, MIB);
  return cookedSample(
    [new Uint8Array(1), file],
    Array.from({ length: 40 }, () => [1, 0, MIB] as [number, number, number]),
  );
}

describe('streamRecipe', () => {
  test('gives any range of random recipes as the whole has it, however the sources come in', async () => {
    const random = seededRandom(2);
    for (let round = 0; round < 12; round += 1) {
      const { recipe, whole, sources } = await sampleRecipe(random, integer(random, 1, 80));
      for (let slice = 0; slice < 8; slice += 1) {
        const offset = slice === 0 ? 0 : integer(random, 0, whole.length);
        const length = slice === 0 ? whole.length : integer(random, 0, whole.length - offset);
        const readers = new ScatteredReaders(sources, { random });
        const bytes = await bytesOf(streamRecipe(recipe, readers.open, { offset, length }));
        expect(bytes.equals(whole.subarray(offset, offset + length)), `round ${round}: ${offset}, ${length}`).toBe(
          true,
        );
        expect(readers.closed).toBe(readers.opened);
      }
    }
  });

  test('joins many tiny segments into few chunks', async () => {
    const sources = [randomBytes(seededRandom(3), 1000)];
    const segments = Array.from({ length: 4000 }, (_, index) => [0, (index * 7) % 990, 10] as [number, number, number]);
    const { recipe, whole } = await cookedSample(sources, segments);
    const readers = new ScatteredReaders(sources, { random: seededRandom(3) });
    const chunks: Uint8Array[] = [];
    for await (const chunk of streamRecipe(recipe, readers.open)) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(whole)).toBe(true);
    expect(chunks).toHaveLength(1);
  });

  test('opens nothing for no bytes, and nothing before it is read', async () => {
    const { recipe, sources } = await sampleRecipe(seededRandom(4), 10);
    const readers = new ScatteredReaders(sources, { random: seededRandom(4) });
    expect(await bytesOf(streamRecipe(recipe, readers.open, { offset: 5, length: 0 }))).toHaveLength(0);
    await streamRecipe(recipe, readers.open).cancel();
    expect(readers.opened).toBe(0);
  });

  test('refuses a range outside at once', async () => {
    const { recipe, sources } = await sampleRecipe(seededRandom(5), 3);
    const readers = new ScatteredReaders(sources, { random: seededRandom(5) });
    expect(() => streamRecipe(recipe, readers.open, { offset: 1, length: recipe.bytes })).toThrow(RangeError);
  });

  test('reads no further ahead than it may hold, however slow its reader', async () => {
    const { recipe, sources } = await longSample(seededRandom(6));
    const readers = new ScatteredReaders(sources, { random: seededRandom(6) });
    const reader = streamRecipe(recipe, readers.open).getReader();
    let taken = 0;
    while (taken < 10 * MIB) {
      const { value } = await reader.read();
      taken += value?.length ?? 0;
      expect(readers.bytesRead - taken).toBeLessThan(4 * MIB);
    }
    await reader.cancel();
    expect(readers.closed).toBe(readers.opened);
    expect(readers.bytesRead).toBeLessThan(15 * MIB);
  });

  describe('errors the stream, and closes what it opened,', () => {
    const faults: [string, (random: () => number) => Partial<ConstructorParameters<typeof ScatteredReaders>[1]>][] = [
      ['when a piece is short', () => ({ spoil: (piece) => piece.subarray(1) })],
      ['when a piece is long', () => ({ spoil: (piece) => new Uint8Array(piece.length + 1) })],
      [
        'when reading fails half-way',
        () => {
          let reads = 0;
          const spoil = (piece: Uint8Array): Uint8Array => {
            reads += 1;
            if (reads > 20) throw new Error('the source broke');
            return piece;
          };
          return { spoil };
        },
      ],
    ];
    test.each(faults)('%s', async (_, fault) => {
      const random = seededRandom(7);
      const { recipe, sources } = await sampleRecipe(random, 200);
      const readers = new ScatteredReaders(sources, { random, ...fault(random) });
      await expect(bytesOf(streamRecipe(recipe, readers.open))).rejects.toThrow();
      expect(readers.closed).toBe(readers.opened);
    });

    test('when a long run is short', async () => {
      const { recipe, sources } = await longSample(seededRandom(8));
      const spoil = (piece: Uint8Array) => piece.subarray(1);
      const readers = new ScatteredReaders(sources, { random: seededRandom(8), spoil });
      await expect(bytesOf(streamRecipe(recipe, readers.open))).rejects.toThrow(/announced/);
      expect(readers.closed).toBe(readers.opened);
    });

    test('when a source has changed since the plan', async () => {
      const { recipe, sources } = await longSample(seededRandom(9));
      const readers = new ScatteredReaders(sources, { random: seededRandom(9), etag: '"another"' });
      const started = startStream(streamRecipe(recipe, readers.open));
      await expect(started).rejects.toThrow(Problem);
      await expect(started).rejects.toMatchObject({ kind: 'source-changed' });
      expect(readers.closed).toBe(readers.opened);
    });

    test('when a source has another size', async () => {
      const { recipe, sources } = await longSample(seededRandom(10));
      const grown = sources.map((source) => new Uint8Array(source.length + 1));
      const readers = new ScatteredReaders(grown, { random: seededRandom(10) });
      await expect(bytesOf(streamRecipe(recipe, readers.open))).rejects.toMatchObject({ kind: 'source-changed' });
    });

    test('when a source cannot be opened', async () => {
      const { recipe } = await longSample(seededRandom(11));
      const open = () => Promise.reject(new Problem('source-missing', 'gone'));
      await expect(bytesOf(streamRecipe(recipe, open))).rejects.toMatchObject({ kind: 'source-missing' });
    });

    test('when the signal aborts, before, between and while it is read', async () => {
      const { recipe, sources } = await longSample(seededRandom(12));
      for (const abortAt of [0, 1, 5 * MIB]) {
        const readers = new ScatteredReaders(sources, { random: seededRandom(12) });
        const abort = new AbortController();
        const reader = streamRecipe(recipe, readers.open, undefined, abort.signal).getReader();
        let taken = 0;
        const readAll = async (): Promise<void> => {
          for (;;) {
            if (taken >= abortAt) abort.abort(new Error('enough'));
            const { done, value } = await reader.read();
            if (done) return;
            taken += value.length;
          }
        };
        await expect(readAll()).rejects.toThrow('enough');
        await expect.poll(() => readers.opened - readers.closed).toBe(0);
      }
    });
  });
});

describe('startStream', () => {
  test('gives all chunks, the first one too', async () => {
    const { recipe, sources, whole } = await sampleRecipe(seededRandom(13), 50);
    const readers = new ScatteredReaders(sources, { random: seededRandom(13) });
    expect((await bytesOf(await startStream(streamRecipe(recipe, readers.open)))).equals(whole)).toBe(true);
  });

  test('of an empty stream is empty', async () => {
    const empty = new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
    expect(await bytesOf(await startStream(empty))).toHaveLength(0);
  });

  test('hands a cancel on', async () => {
    const { recipe, sources } = await longSample(seededRandom(14));
    const readers = new ScatteredReaders(sources, { random: seededRandom(14) });
    const stream = await startStream(streamRecipe(recipe, readers.open));
    await stream.cancel();
    expect(readers.opened).toBe(1);
    expect(readers.closed).toBe(1);
  });
});
