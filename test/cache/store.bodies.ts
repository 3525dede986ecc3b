import type { ObjectBody } from '../../cache/store.ts';

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}

/** A body of these texts, chunk by chunk; `sizeBytes` may be given wrongly. */
export function streamBody(chunks: readonly string[], sizeBytes = bytesOf(chunks.join('')).length): ObjectBody {
  const queue = chunks.map(bytesOf);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of queue) if (chunk.length > 0) controller.enqueue(chunk);
      controller.close();
    },
  });
  return { stream, sizeBytes };
}

/** A prime, so that a block that is out of place shows. */
const PATTERN_PERIOD = 251;
const PATTERN_CHUNK_BYTES = 65_521;
const PATTERN = Uint8Array.from({ length: PATTERN_PERIOD + PATTERN_CHUNK_BYTES }, (_, index) => index % PATTERN_PERIOD);

/** A piece of what {@link patternBody} gives. */
export function patternBytes(start: number, length: number): Uint8Array<ArrayBuffer> {
  return PATTERN.slice(start % PATTERN_PERIOD, (start % PATTERN_PERIOD) + length);
}

/** A long body that is made as it is read; fails at `failAt`. */
export function patternBody(sizeBytes: number, failAt = Infinity): ObjectBody {
  let position = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (position >= failAt) return controller.error(new Error('the source broke'));
        if (position === sizeBytes) return controller.close();
        const start = position;
        position = Math.min(sizeBytes, failAt, start + PATTERN_CHUNK_BYTES);
        controller.enqueue(patternBytes(start, position - start));
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, sizeBytes };
}

/** A body that fails with its last byte. */
export function failingBody(sizeBytes: number): ObjectBody {
  return patternBody(sizeBytes, sizeBytes - 1);
}
