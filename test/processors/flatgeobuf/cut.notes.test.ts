import { describe, expect, it } from 'vitest';
import { CutNotes } from '../../../processors/flatgeobuf/cut.notes.ts';

function notesOf(features: number): string[] {
  const notes = new CutNotes();
  for (let number = 0; number < features; number++)
    notes.add(number * 2, number % 2 === 0 ? [`Feature ${number}.`] : []);
  return notes.list();
}

describe('the notes of a clip', () => {
  it('have a sentence for each of a few features', () => {
    expect(notesOf(5)).toEqual(['Feature 0.', 'Feature 2.', 'Feature 4.']);
  });

  it('name further ones by number', () => {
    expect(notesOf(44)).toHaveLength(21);
    expect(notesOf(44).at(-1)).toBe('So were 2 other features: 80, 84.');
  });

  it('are bounded', () => {
    const last = notesOf(20_000).at(-1) ?? '';
    expect(last).toMatch(/^So were 9980 other features: 80, 84, .*, and 4980 more\.$/);
    expect(last.length).toBeLessThan(50_000);
  });
});
