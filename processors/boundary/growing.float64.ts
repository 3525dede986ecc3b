/** A list of doubles in one typed array that doubles in size when it is full. */
export class GrowingFloat64 {
  values: Float64Array<ArrayBuffer>;
  length = 0;

  constructor(capacity: number) {
    this.values = new Float64Array(Math.max(capacity, 16));
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Float64Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  /** A copy with no room to spare. */
  toArray(): Float64Array<ArrayBuffer> {
    return this.values.slice(0, this.length);
  }
}
