import { BLOB_SOURCE_ID, type Recipe, serialiseRecipe } from '../../cache/recipe.ts';
import type { ReadStatistics } from '../../cache/range.ts';

/** What a plan does, line by line, for people. */
export function explain(recipe: Recipe, planning: ReadStatistics, writing: ReadStatistics): string {
  const copied = recipe.segments.reduce((sum, [id, , length]) => sum + (id === BLOB_SOURCE_ID ? 0 : length), 0);
  const runs = recipe.segments.filter(([id]) => id !== BLOB_SOURCE_ID).length;
  const share = recipe.bytes === 0 ? 0 : (100 * copied) / recipe.bytes;
  const rows: [string, string][] = [
    ['engine', `${recipe.report.engine}, output version ${recipe.report.outputVersion}`],
    ...Object.entries(recipe.report.counts).map(([name, count]): [string, string] => [wordsOf(name), String(count)]),
    ['clip', `${recipe.bytes} bytes, ETag ${recipe.etag}`],
    ['copied from the source', `${copied} bytes in ${runs} runs (${share.toFixed(1)} %)`],
    ['blob', `${recipe.sources[BLOB_SOURCE_ID]?.bytes ?? 0} bytes`],
    ['recipe', `${serialiseRecipe(recipe).length} bytes, ${recipe.segments.length} segments`],
    ['read for planning', `${planning.bytesRead} bytes in ${planning.requests} requests`],
    ['read for writing', `${writing.bytesRead} bytes in ${writing.requests} requests`],
    ...recipe.report.notes.map((note): [string, string] => ['note', note]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

/** `tilesCopied` as `tiles copied`. */
function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
