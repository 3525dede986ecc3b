import type { Job } from '../cache/origin-api.ts';
import { encodePart } from './path.params.ts';

/** A job as clients see it. */
export function jobDocument(job: Job): Record<string, unknown> {
  return { ...job, status: jobPath(job), result: clipPathOf(job) };
}

/** Address of a job's status. */
export function jobPath(job: Job): string {
  return `/jobs/${encodePart(job.id)}`;
}

/** Address of the clip that a job makes. */
export function clipPathOf(job: Job): string {
  return `/packages/${job.path.split('/').map(encodePart).join('/')}`;
}
