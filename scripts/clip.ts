// Clips one source to one boundary, without a service: npm run -s clip -- --help
import { Problem } from '../cache/problem.ts';
import { clipCommand } from './clip/command.ts';
import { boundHeapOfLongRuns } from './clip/heap.ts';

boundHeapOfLongRuns();
try {
  await clipCommand(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(`clip: ${error.message}`);
  process.exitCode = 1;
}
