/** One request as a server saw it. */
export interface Exchange {
  startMs: number;
  /** When the last byte of the answer was handed on; infinite until then. */
  endMs: number;
  /** Of the body. */
  bytes: number;
}

/** How many requests at most were made one after another: each was begun when the one before had been answered. */
export function roundTrips(exchanges: readonly Exchange[]): number {
  const byStart = exchanges.toSorted((a, b) => a.startMs - b.startMs);
  const depths: { endMs: number; depth: number }[] = [];
  for (const { startMs, endMs } of byStart) {
    const before = depths.filter((other) => other.endMs <= startMs).map(({ depth }) => depth);
    depths.push({ endMs, depth: 1 + Math.max(0, ...before) });
  }
  return Math.max(0, ...depths.map(({ depth }) => depth));
}
