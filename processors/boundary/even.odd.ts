import type { Places } from './union.lines.ts';
import { OUTSIDE } from './winding.ts';

const INSIDE = OUTSIDE + 1;

/** Places by the even-odd rule: every line parts the inside from the outside, whichever ring it belongs to. */
export class EvenOddPlaces implements Places {
  notePlace(): void {}

  isWithin(): boolean {
    return false;
  }

  noteTouching(): void {}

  across(place: number): number {
    return place === OUTSIDE ? INSIDE : OUTSIDE;
  }

  inside(): Uint8Array {
    return Uint8Array.of(0, 1);
  }
}
