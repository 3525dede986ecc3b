/** How tasks are run before their turn. */
export interface AheadOptions<Item, Result> {
  /** Starts an item's task; it must end soon once the signal aborts. */
  start(item: Item, signal: AbortSignal): Promise<Result>;
  /** What the item holds from its start until it is finished with, in bytes. */
  sizeOf(item: Item): number;
  /** Held by all items at a time; one item alone may hold more. */
  bytesMax: number;
  /** Gives up a result that nobody will take. */
  dispose?(result: Result): Promise<unknown>;
  signal?: AbortSignal | undefined;
}

/** An item with what its task gave. */
export interface Done<Item, Result> {
  item: Item;
  result: Result;
}

interface Started<Item, Result> {
  item: Item;
  sizeBytes: number;
  result: Promise<Result>;
}

/**
 * Runs the task of each item, and gives items and results in order. Tasks are started ahead of their turn as long as
 * the bytes they hold allow; asking for the next result says that the one before is finished with. Leaving the loop
 * early, or a failure, aborts the tasks under way and waits for them.
 * @throws what `items` or a task throws, after the results before it; the signal's reason when it aborts.
 */
export async function* runAhead<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  { start, sizeOf, bytesMax, dispose, signal }: AheadOptions<Item, Result>,
): AsyncGenerator<Done<Item, Result>, void, undefined> {
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const started: Started<Item, Result>[] = [];
  let heldBytes = 0;
  let isFilled = false;
  const isFull = (sizeBytes: number): boolean => heldBytes > 0 && heldBytes + sizeBytes > bytesMax;
  const isWaiting = (): boolean => started.length === 0 && !isFilled;
  // Only one side ever waits: the filling one while something is held, the taking one while nothing is.
  let wake = (): void => {};
  const change = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  const fill = async (): Promise<void> => {
    try {
      for await (const item of items) {
        const sizeBytes = sizeOf(item);
        while (!either.aborted && isFull(sizeBytes)) await change();
        if (either.aborted) return;
        heldBytes += sizeBytes;
        const result = start(item, either);
        // It is awaited in its turn; a failure until then is not an unhandled one.
        result.catch(() => {});
        started.push({ item, sizeBytes, result });
        wake();
      }
    } finally {
      isFilled = true;
      wake();
    }
  };
  const filling = fill();
  filling.catch(() => {});
  try {
    for (;;) {
      while (isWaiting()) await change();
      signal?.throwIfAborted();
      const first = started.shift();
      if (first === undefined) break;
      yield { item: first.item, result: await first.result };
      heldBytes -= first.sizeBytes;
      wake();
    }
    await filling;
  } finally {
    stop.abort(new DOMException('The results are no longer needed.', 'AbortError'));
    wake();
    await Promise.all(started.map(({ result }) => result.then(dispose, () => {}).catch(() => {})));
  }
}
