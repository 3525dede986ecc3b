import { Problem } from '../../cache/problem.ts';
import type { SourceContext } from '../../processors/source/context.ts';
import { openSource } from '../../processors/source/open.ts';
import type { SourceState, SourceStates } from './catalogue.ts';

/** Sources asked at a time when all are. */
const CONCURRENCY = 4;
/** People wait for it, and a source that is so slow to say what it has would not give a clip either. */
const LOOK_TIMEOUT_MS = 10_000;

/** Knows the state that every source of the catalogue had when it was last looked at. */
export class SourceWatch {
  readonly #context: SourceContext;
  readonly #states = new Map<string, SourceState>();
  readonly #looks = new Map<string, Promise<SourceState>>();

  constructor(context: SourceContext) {
    this.#context = context;
  }

  get states(): SourceStates {
    return this.#states;
  }

  /**
   * Looks at one source now. Callers that ask while a look is under way share it.
   * @throws {Problem} when it cannot be read; its state is unknown then.
   */
  look(href: string): Promise<SourceState> {
    const underWay = this.#looks.get(href);
    if (underWay !== undefined) return underWay;
    const look = this.#look(href).finally(() => this.#looks.delete(href));
    this.#looks.set(href, look);
    return look;
  }

  async #look(href: string): Promise<SourceState> {
    try {
      const reader = await openSource(href, this.#context, undefined, AbortSignal.timeout(LOOK_TIMEOUT_MS));
      const state = { etag: reader.etag, bytes: reader.sizeBytes };
      await reader.close();
      this.#states.set(href, state);
      return state;
    } catch (error) {
      this.#states.delete(href);
      if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw error;
      const detail = `A source did not say within ${LOOK_TIMEOUT_MS / 1000} s what state it is in.`;
      throw new Problem('source-unavailable', detail, { cause: error });
    }
  }

  /** Looks at all of them; calls `onFault` for each that cannot be read. */
  async lookAtAll(hrefs: Iterable<string>, onFault: (href: string, error: unknown) => void): Promise<void> {
    const queue = new Set(hrefs).values();
    const work = async (): Promise<void> => {
      for (const href of queue) await this.look(href).catch((error: unknown) => onFault(href, error));
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  }
}
