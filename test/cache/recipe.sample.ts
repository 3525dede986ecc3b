import type { ByteRange, RangeReader, RangeTarget } from '../../cache/range.ts';
import { finishRecipe, type Recipe, type RecipeSegment, type RecipeSource } from '../../cache/recipe.ts';
import { sha256Hex } from '../../cache/digest.ts';
import { integer, randomBytes } from './random.ts';

/** A recipe with the bytes it takes and the bytes it gives. */
export interface SampleRecipe {
  recipe: Recipe;
  sources: Uint8Array<ArrayBuffer>[];
  whole: Uint8Array<ArrayBuffer>;
}

/** A random recipe over a blob and two files; some segments are long enough for a request of their own. */
export async function sampleRecipe(random: () => number, segmentCount: number): Promise<SampleRecipe> {
  const sources = [3_000, 1_500_000, 20_000].map((length) => randomBytes(random, length));
  const segments = Array.from({ length: segmentCount }, (): RecipeSegment => {
    const id = integer(random, 0, 2);
    const size = sources[id]?.length ?? 0;
    const offset = integer(random, 0, size - 1);
    const lengthMax = random() < 0.1 ? size - offset : Math.min(500, size - offset);
    return [id, offset, integer(random, 1, lengthMax)];
  });
  return cookedSample(sources, segments);
}

export async function cookedSample(
  sources: Uint8Array<ArrayBuffer>[],
  segments: RecipeSegment[],
): Promise<SampleRecipe> {
  const [blob = new Uint8Array(), ...files] = sources;
  const pieces = segments.map(([id, offset, length]) => sources[id]?.subarray(offset, offset + length) ?? blob);
  const recipe = await finishRecipe({
    mediaType: 'application/octet-stream',
    blob: { sha256: await sha256Hex(blob), bytes: blob.length },
    sources: files.map((file, index) => ({
      href: `test:${index + 1}`,
      etag: `"source-${index + 1}"`,
      bytes: file.length,
    })),
    segments: segments.map(([...segment]) => segment),
    report: { engine: 'test', outputVersion: 1, counts: {}, notes: [] },
  });
  return { recipe, sources, whole: new Uint8Array(await new Blob(pieces).arrayBuffer()) };
}

export interface ScatteredOptions {
  random: () => number;
  /** Given instead of the source's own. */
  etag?: string;
  /** Changes a piece that was read; for faults. */
  spoil?: (piece: Uint8Array) => Uint8Array;
  /** Whether a source lies on this machine, so that it can be read while the thread waits; none does by default. */
  isLocal?: (source: RecipeSource) => boolean;
  /** Called before each blocking read; for faults. */
  onBlockingRead?: () => void;
}

/** Gives bytes in chunks of random sizes and counts what is open, so that tests see what is left behind. */
export class ScatteredReaders {
  opened = 0;
  closed = 0;
  /** Bytes given so far. */
  bytesRead = 0;
  readonly #sources: readonly Uint8Array[];
  readonly #options: ScatteredOptions;

  constructor(sources: readonly Uint8Array[], options: ScatteredOptions) {
    this.#sources = sources;
    this.#options = options;
  }

  readonly open = async (source: RecipeSource): Promise<RangeReader> => {
    const bytes = this.#sources[source.id];
    if (bytes === undefined) throw new Error(`no source ${source.id}`);
    this.opened += 1;
    const { random, spoil = (piece) => piece, etag = source.etag, isLocal, onBlockingRead } = this.#options;
    const read = async (offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array> => {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      this.bytesRead += length;
      return spoil(bytes.slice(offset, offset + length));
    };
    const readBlocking = (targets: readonly RangeTarget[]): void => {
      onBlockingRead?.();
      for (const { offset, target } of targets) {
        target.set(bytes.subarray(offset, offset + target.length));
        this.bytesRead += target.length;
      }
    };
    return {
      ...(isLocal?.(source) === true ? { readBlocking } : {}),
      href: source.href,
      sizeBytes: bytes.length,
      etag,
      statistics: { requests: 0, bytesRead: 0 },
      read,
      readMany: (ranges: readonly ByteRange[], signal) =>
        Promise.all(ranges.map(({ offset, length }) => read(offset, length, signal))),
      stream: (offset, length, signal) => scatteredStream(read, random, offset, length, signal),
      close: async () => void (this.closed += 1),
    };
  };
}

function scatteredStream(
  read: (offset: number, length: number, signal?: AbortSignal) => Promise<Uint8Array>,
  random: () => number,
  offset: number,
  length: number,
  signal?: AbortSignal,
): ReadableStream<Uint8Array> {
  let position = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (position === length) return controller.close();
        const size = Math.min(length - position, integer(random, 1, 100_000));
        controller.enqueue(await read(offset + position, size, signal));
        position += size;
      },
    },
    { highWaterMark: 0 },
  );
}
