import type * as z from 'zod';
import {
  type BoundaryEntry,
  boundaryListSchema,
  type Catalogue,
  catalogueSchema,
  type Dataset,
} from '../cache/catalogue.ts';
import { SNAPSHOT_BOUNDARIES_KEY, SNAPSHOT_CATALOGUE_KEY } from '../cache/keys.ts';
import { Problem } from '../cache/problem.ts';
import type { ObjectStore } from '../cache/store.ts';
import { type BoundaryIndex, indexBoundaries } from './boundary.search.ts';

/** How long an isolate goes without looking for a newer snapshot: new data shows within seconds, at little cost. */
const SNAPSHOT_MAX_AGE_MS = 5_000;
/** When to ask again for a snapshot that the origin has not published yet. */
const UNPUBLISHED_RETRY_SECONDS = 5;

/** The catalogue and the boundaries as the origin last published them. */
export interface Snapshot {
  catalogue: Catalogue;
  datasets: ReadonlyMap<string, Dataset>;
  /** Ordered by long name. */
  boundaries: readonly BoundaryEntry[];
  boundaryById: ReadonlyMap<string, BoundaryEntry>;
  boundaryIndex: BoundaryIndex;
}

/** One object of the snapshot, read again only when the store says that it has changed. */
class SnapshotObject<T> {
  readonly #store: ObjectStore;
  readonly #key: string;
  readonly #read: (json: unknown) => T;
  #etag: string | undefined;
  #value: T | undefined;

  constructor(store: ObjectStore, key: string, read: (json: unknown) => T) {
    this.#store = store;
    this.#key = key;
    this.#read = read;
  }

  async load(): Promise<T> {
    const head = await this.#store.head(this.#key);
    if (this.#value !== undefined && head !== null && head.etag === this.#etag) return this.#value;
    const object = head === null ? null : await this.#store.get(this.#key);
    if (object === null) {
      throw new Problem(
        'origin-unavailable',
        'The service is starting: the catalogue is not published yet. Try again in a few seconds.',
        {
          retryAfterSeconds: UNPUBLISHED_RETRY_SECONDS,
        },
      );
    }
    this.#value = this.#read(await new Response(object.body).json());
    this.#etag = object.head.etag;
    return this.#value;
  }
}

/**
 * Reads the snapshot and keeps it for some seconds.
 * The function it gives throws what the store throws, so that a fault of the store never looks like an unknown name.
 */
export function snapshotLoader(store: ObjectStore, now: () => number): () => Promise<Snapshot> {
  const catalogue = new SnapshotObject(store, SNAPSHOT_CATALOGUE_KEY, (json) =>
    indexCatalogue(parse(catalogueSchema, json)),
  );
  const boundaries = new SnapshotObject(store, SNAPSHOT_BOUNDARIES_KEY, (json) =>
    indexList(parse(boundaryListSchema, json).boundaries),
  );
  let kept: { snapshot: Snapshot; readAtMs: number } | undefined;
  // Concurrent requests each read for themselves: workerd forbids one request to wait for the I/O of another.
  return async () => {
    if (kept !== undefined && now() - kept.readAtMs < SNAPSHOT_MAX_AGE_MS) return kept.snapshot;
    const [datasets, places] = await Promise.all([catalogue.load(), boundaries.load()]);
    const snapshot = { ...datasets, ...places };
    kept = { snapshot, readAtMs: now() };
    return snapshot;
  };
}

function parse<T>(schema: z.ZodType<T>, json: unknown): T {
  return schema.parse(json);
}

function indexCatalogue(catalogue: Catalogue): Pick<Snapshot, 'catalogue' | 'datasets'> {
  return { catalogue, datasets: new Map(catalogue.datasets.map((dataset) => [dataset.name, dataset])) };
}

function indexList(boundaries: BoundaryEntry[]): Pick<Snapshot, 'boundaries' | 'boundaryById' | 'boundaryIndex'> {
  return {
    boundaries,
    boundaryById: new Map(boundaries.map((entry) => [entry.id, entry])),
    boundaryIndex: indexBoundaries(boundaries),
  };
}
