import { decideDelivery, type DeliveryRequest } from '../../cache/delivery.ts';
import { isFingerprint } from '../../cache/fingerprint.ts';
import { quoted } from '../../cache/ids.ts';
import { Problem } from '../../cache/problem.ts';
import { problemResponse } from '../../cache/problem.response.ts';
import type { Recipe } from '../../cache/recipe.ts';
import { streamRecipe } from '../../cache/recipe.stream.ts';
import type { ObjectStore } from '../../cache/store.ts';
import { startStream } from '../../cache/stream.ts';
import type { SourceContext } from '../../processors/source/context.ts';
import type { Queryable } from '../database/database.ts';
import { findClip } from './clip.store.ts';
import { readRecipe, recipeOpener } from './materialise.attempt.ts';

/** A recipe never changes, nor do the bytes that it stands for. */
const CACHE_CONTROL = 'public, max-age=31536000, immutable, no-transform';
/** A recipe takes up to some MB; a reader comes back for many ranges of a few clips. */
const RECIPES_MAX = 16;

interface Clip {
  recipe: Recipe;
  created: Date;
}

/** Serves clips by their recipes, whether they are stored or not. */
export class ClipReader {
  readonly #database: Queryable;
  readonly #store: ObjectStore;
  readonly #sources: SourceContext;
  readonly #clips = new Map<string, Promise<Clip>>();

  constructor(database: Queryable, store: ObjectStore, sources: SourceContext) {
    this.#database = database;
    this.#store = store;
    this.#sources = sources;
  }

  /**
   * Answers a request for a clip or a range of it. Every source is held to the state the recipe was planned on; one
   * that changes under way breaks the body off.
   * @throws {Problem} `unknown-clip`, or what keeps the first byte from being read.
   */
  async read(fingerprint: string, request: DeliveryRequest, signal: AbortSignal): Promise<Response> {
    const { recipe, created } = await this.#clip(fingerprint);
    const file = { etag: recipe.etag, sizeBytes: recipe.bytes, lastModified: created };
    const { status, range, headers } = decideDelivery(request, file, CACHE_CONTROL);
    if (status === 416) {
      const detail = `The clip has ${recipe.bytes} bytes; the range asked for lies outside.`;
      return problemResponse(new Problem('range-not-satisfiable', detail), headers);
    }
    if (status === 412) {
      return problemResponse(new Problem('precondition-failed', `The clip's ETag is ${recipe.etag}.`), headers);
    }
    const all = { ...headers, 'Content-Type': recipe.mediaType };
    if (range === null) return new Response(null, { status, headers: all });
    const open = recipeOpener(this.#store, this.#sources, fingerprint);
    const body = await startStream(streamRecipe(recipe, open, range, signal));
    return new Response(body, { status, headers: all });
  }

  #clip(fingerprint: string): Promise<Clip> {
    const clip = this.#clips.get(fingerprint) ?? this.#load(fingerprint);
    this.#clips.delete(fingerprint);
    this.#clips.set(fingerprint, clip);
    const [oldest] = this.#clips.keys();
    if (this.#clips.size > RECIPES_MAX && oldest !== undefined) this.#clips.delete(oldest);
    clip.catch(() => {
      if (this.#clips.get(fingerprint) === clip) this.#clips.delete(fingerprint);
    });
    return clip;
  }

  async #load(fingerprint: string): Promise<Clip> {
    const record = isFingerprint(fingerprint) ? await findClip(this.#database, fingerprint) : null;
    const recipe = record === null ? null : await readRecipe(this.#store, fingerprint);
    if (record !== null && recipe !== null) return { recipe, created: new Date(record.created) };
    throw new Problem('unknown-clip', `There is no clip with the fingerprint ${quoted(fingerprint)}.`);
  }
}
