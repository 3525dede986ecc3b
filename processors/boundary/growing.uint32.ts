import { releaseMemory } from '../memory.release.ts';

const CAPACITY_MIN = 16;

/** A list of unsigned 32-bit integers in one typed array that doubles when it is full. */
export class GrowingUint32 {
  values: Uint32Array<ArrayBuffer>;
  length = 0;

  constructor(capacity: number) {
    this.values = new Uint32Array(Math.max(capacity, CAPACITY_MIN));
  }

  push(value: number): void {
    if (this.length === this.values.length) this.reserve(this.length * 2);
    this.values[this.length++] = value;
  }

  /** Makes room for so many values, if there is less. */
  reserve(capacity: number): void {
    if (capacity <= this.values.length) return;
    const larger = new Uint32Array(capacity);
    larger.set(this.values);
    this.values = larger;
  }

  /** Empties the list and gives its memory back at once; arrays taken from it before are empty too. */
  release(): void {
    releaseMemory(this.values);
    this.values = new Uint32Array(CAPACITY_MIN);
    this.length = 0;
  }

  /** A copy with no room to spare. */
  toArray(): Uint32Array<ArrayBuffer> {
    return this.values.slice(0, this.length);
  }
}
