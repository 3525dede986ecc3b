import { DEFAULT_SOURCE_LIMITS } from '../../../processors/source/limits.ts';
import { type SourceContext, sourceContext } from '../../../processors/source/context.ts';
import type { Clock } from '../../../processors/source/clock.ts';

/** A clock that does not wait but notes how long it would have. */
export function hastyClock(): Clock & { waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    nowMs: () => Date.UTC(2026, 10, 21),
    sleep: async (durationMs, signal) => {
      signal?.throwIfAborted();
      waits.push(durationMs);
    },
    random: () => 0.5,
  };
}

/** A context for servers on the loopback interface that gives up on a hanging one soon. */
export function hastyContext(given: Partial<SourceContext> = {}): SourceContext {
  return sourceContext({
    schemes: ['http', 'https'],
    limits: { ...DEFAULT_SOURCE_LIMITS, headTimeoutMs: 500, stallTimeoutMs: 500 },
    clock: hastyClock(),
    ...given,
  });
}
