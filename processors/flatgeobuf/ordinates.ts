import type { Places } from './places.ts';

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

/** Whether vertices have any value beside x and y. */
export function hasOrdinates({ z, m, t, tm }: Ordinates): boolean {
  return z !== null || m !== null || t !== null || tm !== null;
}

/** The values at places: those of a vertex as they are, the others interpolated linearly, TM to the nearest integer. */
export function ordinatesAt({ z, m, t, tm }: Ordinates, places: Places): Ordinates {
  return {
    z: z && places.doubles(z),
    m: m && places.doubles(m),
    t: t && places.doubles(t),
    tm: tm && places.integers(tm),
  };
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
