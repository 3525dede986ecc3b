// As clip.process.ts, in a thread with the heap that the service gives to those that plan clips.
import { Worker } from 'node:worker_threads';
import { PLAN_HEAP_LIMITS } from '../../../../origin/threads/heap.limits.ts';

const worker = new Worker(new URL('clip.process.ts', import.meta.url), {
  argv: process.argv.slice(2),
  resourceLimits: PLAN_HEAP_LIMITS,
});
worker.on('error', (error) => {
  throw error;
});
