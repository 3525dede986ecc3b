import { releaseMemory } from '../memory.release.ts';

const CAPACITY_MIN = 16;

/** A list of doubles in one typed array that doubles in size when it is full. */
export class GrowingFloat64 {
  values: Float64Array<ArrayBuffer>;
  length = 0;

  constructor(capacity: number) {
    this.values = new Float64Array(Math.max(capacity, CAPACITY_MIN));
  }

  push(value: number): void {
    if (this.length === this.values.length) this.reserve(this.length * 2);
    this.values[this.length++] = value;
  }

  /** Makes room for so many values, if there is less. */
  reserve(capacity: number): void {
    if (capacity <= this.values.length) return;
    const larger = new Float64Array(capacity);
    larger.set(this.values);
    this.values = larger;
  }

  /** Empties the list and gives its memory back at once; arrays taken from it before are empty too. */
  release(): void {
    releaseMemory(this.values);
    this.values = new Float64Array(CAPACITY_MIN);
    this.length = 0;
  }

  /** A copy with no room to spare. */
  toArray(): Float64Array<ArrayBuffer> {
    return this.values.slice(0, this.length);
  }
}
