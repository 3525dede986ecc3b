import type { BoundaryEntry, BoundaryList } from '../../cache/catalogue.ts';
import { adHocBoundaryKey, boundaryKey, SNAPSHOT_BOUNDARIES_KEY } from '../../cache/keys.ts';
import type { ObjectStore } from '../../cache/store.ts';
import type { Queryable } from '../database/database.ts';
import type { Log } from '../log.ts';
import { putIfChanged } from '../snapshot/put.changed.ts';
import { listBoundaries } from './boundary.query.ts';
import { loadGeometry } from './geometry.store.ts';

const GEOJSON = 'application/geo+json';
const JSON_TYPE = 'application/json';
/** What `boundaryKey` begins with. */
const FEATURES_PREFIX = 'boundaries/';

/** Boundaries that were loaded meanwhile are noticed after this time at the latest. */
const REFRESH_INTERVAL_MS = 10_000;

/** Keeps the published boundaries in step with the database. */
export class BoundaryPublisher {
  readonly #database: Queryable;
  readonly #store: ObjectStore;
  readonly #log: Log;
  #published = '';
  #timer: NodeJS.Timeout | null = null;
  #last: Promise<void> = Promise.resolve();
  #isPublishing = false;

  constructor(database: Queryable, store: ObjectStore, log: Log) {
    this.#database = database;
    this.#store = store;
    this.#log = log;
  }

  /** Publishes, and goes on looking for new boundaries from time to time. */
  async start(): Promise<void> {
    await this.#publish();
    this.#timer = setInterval(() => {
      // An older list must not be written over a newer one.
      if (this.#isPublishing) return;
      this.#isPublishing = true;
      this.#last = this.#publish()
        .catch((error: unknown) => this.#log.error('boundaries not published', { error }))
        .finally(() => (this.#isPublishing = false));
    }, REFRESH_INTERVAL_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#last;
  }

  /** Publishes the list of named boundaries, if it is new, and the outline of each that has none in the store yet. */
  async #publish(): Promise<void> {
    const boundaries = await listBoundaries(this.#database);
    const list: BoundaryList = { version: 1, boundaries };
    const json = JSON.stringify(list);
    if (json === this.#published) return;
    const present = new Set<string>();
    for await (const { key } of this.#store.list(FEATURES_PREFIX)) present.add(key);
    for (const entry of boundaries) {
      if (!present.has(boundaryKey(entry.digest))) await putFeature(this.#database, this.#store, entry);
    }
    // Last, so that the list never names an outline that is not there.
    const written = await putIfChanged(this.#store, SNAPSHOT_BOUNDARIES_KEY, json);
    this.#published = json;
    if (written) this.#log.info('boundaries published', { boundaries: boundaries.length });
  }
}

/** Publishes a boundary that was made on demand: its outline, then its entry. */
export async function publishAdHoc(database: Queryable, store: ObjectStore, entry: BoundaryEntry): Promise<void> {
  if ((await store.head(boundaryKey(entry.digest))) === null) await putFeature(database, store, entry);
  await store.put(adHocBoundaryKey(entry.id), JSON.stringify(entry), { mediaType: JSON_TYPE, ifAbsent: true });
}

async function putFeature(database: Queryable, store: ObjectStore, entry: BoundaryEntry): Promise<void> {
  const coordinates = await loadGeometry(database, entry.digest);
  const { id, name, longName, level, bbox } = entry;
  const feature = {
    type: 'Feature',
    id,
    bbox,
    properties: { id, name, longName, level },
    geometry: { type: 'MultiPolygon', coordinates },
  };
  await store.put(boundaryKey(entry.digest), JSON.stringify(feature), { mediaType: GEOJSON, ifAbsent: true });
}
