/** Sentences of the report; of further features only their numbers stand there. */
const SENTENCES_MAX = 20;
/** Some 40 KB; of still further features only how many there are. */
const NUMBERS_MAX = 5_000;

/** What the report says of features that were not cut in the usual way. */
export class CutNotes {
  readonly #sentences: string[] = [];
  readonly #numbers: number[] = [];
  #further = 0;

  /** Takes what cutting one feature of the source had to say; most have nothing. */
  add(number: number, notes: readonly string[]): void {
    if (notes.length === 0) return;
    if (this.#further === 0 && this.#sentences.length + notes.length <= SENTENCES_MAX) {
      this.#sentences.push(...notes);
      return;
    }
    this.#further++;
    if (this.#numbers.length < NUMBERS_MAX) this.#numbers.push(number);
  }

  /** All sentences. */
  list(): string[] {
    if (this.#further === 0) return this.#sentences;
    const unnamed = this.#further - this.#numbers.length;
    const rest = unnamed === 0 ? '' : `, and ${unnamed} more`;
    return [...this.#sentences, `So were ${this.#further} other features: ${this.#numbers.join(', ')}${rest}.`];
  }
}
