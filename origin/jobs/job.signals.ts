/** Tells those who wait for a job in this process that something became of it. */
export class JobSignals {
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();

  /** Resolves with the next news of a job; ask before looking at its state, so that none is missed. */
  next(id: string): Promise<void> {
    const waiting = this.#waiting.get(id) ?? Promise.withResolvers<void>();
    this.#waiting.set(id, waiting);
    return waiting.promise;
  }

  notify(id: string): void {
    this.#waiting.get(id)?.resolve();
    this.#waiting.delete(id);
  }
}
