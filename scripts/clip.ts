// Clips one source to one boundary, without a service: npm run -s clip -- --help
import { enableCompileCache } from 'node:module';
import path from 'node:path';

// Compiling the modules takes longer than many a clip. The cache takes in what is loaded from here on, and a folder that
// cannot be written leaves it off.
enableCompileCache(path.join(import.meta.dirname, '../.cutline/compiled'));
const { Problem } = await import('../cache/problem.ts');
const { boundHeapOfLongRuns } = await import('./clip/heap.ts');
boundHeapOfLongRuns();
try {
  const { clipCommand } = await import('./clip/command.ts');
  await clipCommand(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(`clip: ${error.message}`);
  process.exitCode = 1;
}
