import { setTimeout as sleep } from 'node:timers/promises';
import { SNAPSHOT_CATALOGUE_KEY } from '../../cache/keys.ts';
import type { ObjectStore } from '../../cache/store.ts';
import type { Log } from '../log.ts';
import { type DatasetRelease, toCatalogue } from './catalogue.ts';
import { putIfChanged } from '../snapshot/put.changed.ts';
import type { SourceWatch } from './source.watch.ts';

/** A changed source is noticed after this time at the latest, or with the next clip that is made of it. */
const REFRESH_INTERVAL_MS = 60_000;
/** Ready sources answer within a second or two. */
const FIRST_LOOK_MAX_MS = 5_000;

export interface CataloguePublisherOptions {
  releases: readonly DatasetRelease[];
  watch: SourceWatch;
  store: ObjectStore;
  log: Log;
}

/** Keeps the published catalogue in step with the definitions and the state of the sources. */
export class CataloguePublisher {
  readonly #options: CataloguePublisherOptions;
  #published = '';
  #timer: NodeJS.Timeout | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(options: CataloguePublisherOptions) {
    this.#options = options;
  }

  /**
   * Looks at all sources, publishes, and goes on doing so from time to time. A source that does not answer does not
   * hold up the start.
   */
  async start(): Promise<void> {
    const refreshed = this.refresh();
    refreshed.catch((error: unknown) => this.#options.log.error('catalogue not refreshed', { error }));
    await Promise.race([refreshed, sleep(FIRST_LOOK_MAX_MS, undefined, { ref: false })]);
    await this.publish();
    this.#timer = setInterval(() => {
      this.refresh().catch((error: unknown) => this.#options.log.error('catalogue not refreshed', { error }));
    }, REFRESH_INTERVAL_MS);
    this.#timer.unref();
  }

  async refresh(): Promise<void> {
    const { releases, watch, log } = this.#options;
    const hrefs = releases.flatMap(({ definition }) => definition.parts.map(({ href }) => href));
    await watch.lookAtAll(hrefs, (href, error) => log.warn('source cannot be read', { href, error }));
    await this.publish();
  }

  /** Publishes what is known now, if it is new. Calls take turns, so that an older state never overwrites a newer. */
  publish(): Promise<void> {
    const next = this.#last.then(() => this.#publish());
    this.#last = next.catch(() => undefined);
    return next;
  }

  async #publish(): Promise<void> {
    const { releases, watch, store, log } = this.#options;
    const json = JSON.stringify(toCatalogue(releases, watch.states));
    if (json === this.#published) return;
    const written = await putIfChanged(store, SNAPSHOT_CATALOGUE_KEY, json);
    this.#published = json;
    if (written) log.info('catalogue published', { datasets: releases.length });
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#last;
  }
}
