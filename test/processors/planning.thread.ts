// Runs a script in a thread with the heap that the service gives to those that plan clips.
//   planning.thread.ts SCRIPT [ARGUMENT …]
import { Worker } from 'node:worker_threads';
import { PLAN_HEAP_LIMITS } from '../../origin/threads/heap.limits.ts';

const [script = '', ...argv] = process.argv.slice(2);
const worker = new Worker(script, { argv, resourceLimits: PLAN_HEAP_LIMITS });
worker.on('error', (error) => {
  throw error;
});
