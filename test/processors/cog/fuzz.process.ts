// Plans clips of damaged files and tells its parent what became of each: FOLDER SEED COUNT
import { Problem } from '../../../cache/problem.ts';
import { peakBytes } from '../peak.memory.ts';
import { clipBytes } from './clip.ts';
import { mutate } from './fuzz.mutate.ts';
import { loadFuzzSources } from './fuzz.sources.ts';
import { random, stars } from './polygons.ts';

const [folder = '', seed = '', count = ''] = process.argv.slice(2);
const sources = loadFuzzSources(folder);
const boundary = stars(3, [10, 1.6, 14, 5]);

for (let number = 0; number < Number(count); number++) {
  // A seed for each file, so that a single one can be made again.
  const next = random(Number(seed) * 1_000_003 + number);
  const source = sources[number % sources.length];
  if (source === undefined) throw new Error(`There are no files in ${folder}.`);
  const { file, done } = mutate(source, next, sources);
  const [outcome, detail] = await clipBytes(file, boundary).then(
    ({ recipe, file: clip }) => (clip.length === recipe.bytes ? ['clip', ''] : ['error', `${clip.length} bytes`]),
    (error: unknown) => {
      if (error instanceof Problem) return [error.kind, error.message];
      return ['error', error instanceof Error ? (error.stack ?? error.message) : String(error)];
    },
  );
  process.send?.({ number, source: source.name, done, outcome, detail, peakBytes: peakBytes() });
}
