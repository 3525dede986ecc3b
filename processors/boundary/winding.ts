import { Problem } from '../../cache/problem.ts';
import type { FlatGeometry } from './geometry.ts';
import type { Places } from './union.lines.ts';

/** The place outside all rings. */
export const OUTSIDE = 0;
/** Numbers held for all places together: 40 MB. More are needed only where thousands of polygons overlap. */
const NUMBERS_MAX = 5_000_000;

/** How often each ring runs round a place, as ring, number, ring, number, …, the rings ascending; 0 is left out. */
type Windings = readonly number[];

/**
 * The kinds of places that the rings of a geometry make, each with the rings that run round it. Says which are inside:
 * a ring holds what it runs round a number of times other than 0, a polygon what its shell holds and none of its holes,
 * the geometry what any polygon holds. A hole that lies apart from its shell counts as a polygon; where a shell holds
 * nothing, its holes do not count. These are the rules of ST_MakeValid with the method "structure".
 */
export class WindingPlaces implements Places {
  readonly #shellOf: Uint32Array;
  /** 1 for holes that touch or overlap their shell. */
  readonly #meetsShell: Uint8Array;
  /** 1 for rings that hold anything. */
  readonly #hasArea: Uint8Array;
  readonly #places: Windings[] = [[]];
  readonly #ids = new Map<string, number>([['', OUTSIDE]]);
  readonly #steps = new Map<number, number>();
  readonly #noted = new Set<number>();
  #numbers = 0;

  constructor({ ringStarts, polygonStarts }: Pick<FlatGeometry, 'ringStarts' | 'polygonStarts'>) {
    this.#shellOf = new Uint32Array(ringStarts.length);
    this.#meetsShell = new Uint8Array(ringStarts.length);
    this.#hasArea = new Uint8Array(ringStarts.length);
    for (let polygon = 0; polygon + 1 < polygonStarts.length; polygon++) {
      const shell = polygonStarts[polygon] ?? 0;
      this.#shellOf.fill(shell, shell, polygonStarts[polygon + 1]);
    }
  }

  notePlace(place: number): void {
    if (this.#noted.has(place)) return;
    this.#noted.add(place);
    const rings = (this.#places[place] ?? []).filter((_, index) => index % 2 === 0);
    for (const ring of rings) this.#hasArea[ring] = 1;
    if (rings.length > 1) this.noteTouching(rings);
  }

  isWithin(place: number, ring: number): boolean {
    const windings = this.#places[place] ?? [];
    for (let index = 0; index < windings.length; index += 2) if (windings[index] === ring) return true;
    return false;
  }

  noteTouching(rings: Iterable<number>): void {
    const touching = new Set(rings);
    for (const ring of touching) {
      const shell = this.#shellOf[ring] ?? 0;
      if (shell !== ring && touching.has(shell)) this.#meetsShell[ring] = 1;
    }
  }

  /**
   * @throws {Problem} `invalid-boundary` when too many polygons overlap.
   */
  across(place: number, ring: number, change: 1 | -1): number {
    const key = (place * this.#shellOf.length + ring) * 2 + (change > 0 ? 1 : 0);
    let other = this.#steps.get(key);
    if (other === undefined) {
      other = this.#idOf(withChange(this.#places[place] ?? [], ring, change));
      this.#steps.set(key, other);
    }
    return other;
  }

  inside(): Uint8Array {
    return Uint8Array.from(this.#places, (windings) => (this.#isInside(windings) ? 1 : 0));
  }

  #idOf(windings: Windings): number {
    const key = windings.join();
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#places.length;
      this.#ids.set(key, id);
      this.#places.push(windings);
      this.#numbers += windings.length;
      if (this.#numbers > NUMBERS_MAX) {
        throw new Problem(
          'invalid-boundary',
          'Too many polygons of the boundary overlap one another. Unite them first, as ST_Union does.',
        );
      }
    }
    return id;
  }

  #isInside(windings: Windings): boolean {
    const cutOut = new Set<number>();
    const held = new Set<number>();
    for (let index = 0; index < windings.length; index += 2) {
      const ring = windings[index] ?? 0;
      const shell = this.#shellOf[ring] ?? 0;
      if (shell === ring) held.add(ring);
      else if (this.#meetsShell[ring] === 1) cutOut.add(shell);
      else if (this.#hasArea[shell] === 1) return true;
    }
    return [...held].some((shell) => !cutOut.has(shell));
  }
}

function withChange(windings: Windings, ring: number, change: number): Windings {
  const changed = windings.slice();
  let at = 0;
  while (at < changed.length && (changed[at] ?? 0) < ring) at += 2;
  if (changed[at] !== ring) changed.splice(at, 0, ring, change);
  else if (changed[at + 1] === -change) changed.splice(at, 2);
  else changed[at + 1] = (changed[at + 1] ?? 0) + change;
  return changed;
}
