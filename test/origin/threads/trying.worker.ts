/** What the thread is to do: come to an end, never come to one, take all memory, or die. */
export type Trial = 'answer' | 'loop' | 'hoard' | 'die';

export default function work(trial: Trial): string {
  if (trial === 'die') process.exit(3);
  const hoard: number[][] = [];
  for (;;) {
    if (trial === 'answer') return trial;
    if (trial === 'hoard') hoard.push(Array.from({ length: 100 }, () => 1));
  }
}
