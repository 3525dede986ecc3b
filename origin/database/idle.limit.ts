import { Problem } from '../../cache/problem.ts';

/** Ends work that holds something and, outside of what it is held for, does nothing with it for too long. */
export class IdleLimit {
  readonly #limitMs: number;
  readonly #expired = Promise.withResolvers<never>();
  #timer: NodeJS.Timeout | null = null;
  #busy = 0;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /**
   * What `work` gives.
   * @throws {Problem} `origin-unavailable` when it is idle for too long; it may still go on, unheard.
   */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#arm();
    try {
      return await Promise.race([work, this.#expired.promise]);
    } finally {
      this.#busy = Number.POSITIVE_INFINITY;
      this.#disarm();
    }
  }

  /** Runs what does not count as idle. */
  async pause<T>(run: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    this.#disarm();
    try {
      return await run();
    } finally {
      this.#busy -= 1;
      this.#arm();
    }
  }

  #arm(): void {
    if (this.#busy > 0) return;
    this.#disarm();
    this.#timer = setTimeout(() => {
      const seconds = this.#limitMs / 1000;
      const problem = `A transaction was given up: what it waited for took longer than ${seconds} s.`;
      this.#expired.reject(new Problem('origin-unavailable', problem));
    }, this.#limitMs);
  }

  #disarm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
