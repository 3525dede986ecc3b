/** Bytes of a tile as they are compressed, made up: the same on every run. */
export interface TileBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const SIZE_BYTES = 256 << 10;

/** Whole numbers below `count`, the same on every run (a linear congruential generator, its upper bits). */
export function numbersBelow(count: number, seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
}

function filled(valueAt: (index: number) => number): Uint8Array {
  return Uint8Array.from({ length: SIZE_BYTES }, (_, index) => valueAt(index));
}

/** Differences of whole 16-bit numbers between knots 12 apart: each slope gives a sequence of its own. */
function slopes(): Uint8Array {
  const next = numbersBelow(96);
  let slope = 0;
  return filled((index) => {
    const at = (index >> 1) % 12;
    if (index % 24 === 0) slope = next();
    return index % 2 === 1 ? 0 : Math.floor(((at + 1) * slope) / 12) - Math.floor((at * slope) / 12);
  });
}

/** Tiles that differ in what finds their repetitions: runs of one byte, a quick search, a thorough one. */
export function largeTiles(): TileBytes[] {
  const next = numbersBelow(64);
  const step = numbersBelow(24);
  const upper = numbersBelow(3);
  return [
    { name: 'noise beside a plane of zeros', bytes: filled((index) => (index % 1024 < 512 ? 0 : next())) },
    { name: 'differences of 16-bit elevation', bytes: filled((index) => (index % 2 === 0 ? step() : -(upper() >> 1))) },
    { name: 'slopes of interpolated values', bytes: slopes() },
  ];
}
