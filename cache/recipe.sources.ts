import { Problem } from './problem.ts';
import type { RangeReader } from './range.ts';
import { BLOB_SOURCE_ID, type Recipe, type RecipeSource } from './recipe.ts';

/** Opens a file that a recipe takes bytes from. Source 0 is the blob, whose place the caller knows. */
export type OpenSource = (source: RecipeSource) => Promise<RangeReader>;

/** The sources of one recipe, each opened when it is first needed and held to the state the recipe was planned on. */
export class RecipeSources {
  readonly #recipe: Recipe;
  readonly #open: OpenSource;
  readonly #readers = new Map<number, Promise<RangeReader>>();

  constructor(recipe: Recipe, open: OpenSource) {
    this.#recipe = recipe;
    this.#open = open;
  }

  /** @throws {Problem} `source-changed`, or what opening throws. */
  reader(id: number): Promise<RangeReader> {
    const known = this.#readers.get(id);
    if (known !== undefined) return known;
    const opening = this.#openChecked(id);
    this.#readers.set(id, opening);
    return opening;
  }

  async #openChecked(id: number): Promise<RangeReader> {
    const source = this.#recipe.sources[id];
    if (source === undefined) throw new RangeError(`The recipe has no source ${id}.`);
    const reader = await this.#open(source);
    // A blob lies under its fingerprint and is never overwritten; its ETag is a digest, which no store knows.
    const isSame = reader.sizeBytes === source.bytes && (id === BLOB_SOURCE_ID || reader.etag === source.etag);
    if (isSame) return reader;
    await reader.close();
    throw new Problem(
      'source-changed',
      `Source ${id} of the clip was planned with ${source.bytes} bytes and ETag ${source.etag}; ` +
        `it now has ${reader.sizeBytes} bytes and ETag ${reader.etag}. Ask again for a clip of its present state.`,
    );
  }

  /** Closes all that was opened; never rejects. */
  async close(): Promise<void> {
    const opened = [...this.#readers.values()];
    this.#readers.clear();
    await Promise.allSettled(opened.map(async (reader) => (await reader).close()));
  }
}
