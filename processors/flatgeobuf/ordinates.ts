/** Values of vertices beside x and y, one for each vertex; null where a geometry has none. */
export interface Ordinates {
  /** Height. */
  readonly z: Float64Array | null;
  /** Measure. */
  readonly m: Float64Array | null;
  /** Geodetic decimal years. */
  readonly t: Float64Array | null;
  /** Nanoseconds, too large for doubles. */
  readonly tm: BigUint64Array | null;
}

/** Of a geometry that lies on the plane. */
export const NO_ORDINATES: Ordinates = { z: null, m: null, t: null, tm: null };

/**
 * Where a vertex of a result lies among the vertices of its source: at one of them, or some shares of the ways from
 * that one to others.
 */
export interface Place {
  readonly vertex: number;
  readonly towards: readonly (readonly [vertex: number, share: number])[];
}

/** A place at a vertex itself. */
export function atVertex(vertex: number): Place {
  return { vertex, towards: [] };
}

/** Whether vertices have any value beside x and y. */
export function hasOrdinates({ z, m, t, tm }: Ordinates): boolean {
  return z !== null || m !== null || t !== null || tm !== null;
}

/** The values at places: those of a vertex as they are, the others interpolated linearly, TM to the nearest integer. */
export function ordinatesAt({ z, m, t, tm }: Ordinates, places: readonly Place[]): Ordinates {
  return {
    z: z && doublesAt(z, places),
    m: m && doublesAt(m, places),
    t: t && doublesAt(t, places),
    tm: tm && integersAt(tm, places),
  };
}

function doublesAt(values: Float64Array, places: readonly Place[]): Float64Array {
  return Float64Array.from(places, ({ vertex, towards }) => {
    const base = values[vertex] ?? Number.NaN;
    return towards.reduce((sum, [other, share]) => sum + share * ((values[other] ?? Number.NaN) - base), base);
  });
}

/** Only differences become doubles, so that no nanosecond is lost to the size of the numbers. */
function integersAt(values: BigUint64Array, places: readonly Place[]): BigUint64Array {
  return BigUint64Array.from(places, ({ vertex, towards }) => {
    const base = values[vertex] ?? 0n;
    return (
      base + BigInt(Math.round(towards.reduce((sum, [at, share]) => sum + share * difference(values, at, base), 0)))
    );
  });
}

function difference(values: BigUint64Array, vertex: number, base: bigint): number {
  return Number((values[vertex] ?? 0n) - base);
}

/** The values of several geometries, one after another; none of a kind that one of them lacks. */
export function joinOrdinates(list: readonly Ordinates[]): Ordinates {
  return {
    z: joinDoubles(list.map(({ z }) => z)),
    m: joinDoubles(list.map(({ m }) => m)),
    t: joinDoubles(list.map(({ t }) => t)),
    tm: joinIntegers(list.map(({ tm }) => tm)),
  };
}

/** One array of several; null when one of them is missing. */
export function joinDoubles(lists: readonly (Float64Array | null)[]): Float64Array | null {
  const present = lists.filter((list) => list !== null);
  if (present.length < lists.length) return null;
  const all = new Float64Array(lengthOf(present));
  copyEach(present, (list, at) => all.set(list, at));
  return all;
}

function joinIntegers(lists: readonly (BigUint64Array | null)[]): BigUint64Array | null {
  const present = lists.filter((list) => list !== null);
  if (present.length < lists.length) return null;
  const all = new BigUint64Array(lengthOf(present));
  copyEach(present, (list, at) => all.set(list, at));
  return all;
}

function copyEach<List extends { length: number }>(
  lists: readonly List[],
  copy: (list: List, at: number) => void,
): void {
  let at = 0;
  for (const list of lists) {
    copy(list, at);
    at += list.length;
  }
}

function lengthOf(lists: readonly { length: number }[]): number {
  return lists.reduce((sum, { length }) => sum + length, 0);
}
