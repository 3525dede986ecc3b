/** Bytes as they come. `return` gives up what is left. */
export interface Chunks extends AsyncIterable<Uint8Array> {
  next(): Promise<IteratorResult<Uint8Array, void>>;
  return(): Promise<IteratorResult<Uint8Array, void>>;
}

/** The chunks of a stream, empty ones left out. Leaving the loop early cancels the stream. */
export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  let finished = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      finished = done;
      if (done) return;
      if (value.length > 0) yield value;
    }
  } catch (error) {
    finished = true;
    throw error;
  } finally {
    if (!finished) await reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

/**
 * A stream that makes a chunk only when one is asked for. Cancelling it, or aborting `signal`, gives the rest up;
 * `onCancel` is called first, so that whatever the chunks wait for can be given up.
 */
export function streamOf(
  chunks: Chunks,
  onCancel: (reason: unknown) => void = () => {},
  signal?: AbortSignal,
): ReadableStream<Uint8Array> {
  let detach = (): void => {};
  const end = async (reason: unknown): Promise<void> => {
    detach();
    onCancel(reason);
    // What ending it throws is about a stream that nobody reads any more.
    await chunks.return().catch(() => {});
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (signal === undefined) return;
        const abort = (): void => {
          controller.error(signal.reason);
          void end(signal.reason);
        };
        detach = () => signal.removeEventListener('abort', abort);
        signal.addEventListener('abort', abort, { once: true });
        if (signal.aborted) abort();
      },
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (signal?.aborted === true) return;
          if (!done) return controller.enqueue(value);
          detach();
          controller.close();
        } catch (error) {
          detach();
          throw error;
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

/** Waits for the first chunk and gives all of them; rejects when they fail before it. */
export async function startChunks(chunks: Chunks): Promise<Chunks> {
  let first: IteratorResult<Uint8Array, void> | null = await chunks.next();
  const all: Chunks = {
    next() {
      const result = first === null ? chunks.next() : Promise.resolve(first);
      first = null;
      return result;
    },
    return: () => chunks.return(),
    [Symbol.asyncIterator]: () => all,
  };
  return all;
}

/**
 * Waits for the first chunk of a stream and gives a stream of all of them; rejects when the stream fails before it.
 * For callers that must know that bytes will come before they say so.
 */
export async function startStream(stream: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  return streamOf(await startChunks(chunksOf(stream)));
}

/**
 * Reads a stream that must hold exactly `sizeBytes`.
 * @throws {Error} when it holds fewer or more.
 */
export async function readExactly(
  stream: ReadableStream<Uint8Array>,
  sizeBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(sizeBytes);
  let position = 0;
  for await (const chunk of exactly(chunksOf(stream), sizeBytes)) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes;
}

/** Passes chunks on as long as they make up exactly `sizeBytes`. @throws {Error} when they do not. */
export async function* exactly(chunks: AsyncIterable<Uint8Array>, sizeBytes: number): AsyncGenerator<Uint8Array, void> {
  let received = 0;
  for await (const chunk of chunks) {
    received += chunk.length;
    if (received > sizeBytes) throw new Error(`Got more than the ${sizeBytes} bytes announced.`);
    yield chunk;
  }
  if (received < sizeBytes) throw new Error(`Got ${received} bytes where ${sizeBytes} were announced.`);
}

/** Collects chunks into pieces of `pieceBytes`; the last one may be shorter. Holds one piece at a time. */
export async function* piecesOf(
  chunks: AsyncIterable<Uint8Array>,
  pieceBytes: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  let piece = new Uint8Array(pieceBytes);
  let filled = 0;
  for await (const chunk of chunks) {
    let position = 0;
    while (position < chunk.length) {
      const part = chunk.subarray(position, position + pieceBytes - filled);
      piece.set(part, filled);
      filled += part.length;
      position += part.length;
      if (filled === pieceBytes) {
        yield piece;
        piece = new Uint8Array(pieceBytes);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield piece.slice(0, filled);
}
