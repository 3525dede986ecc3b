import type { Job } from '../cache/origin-api.ts';
import { Problem, problemFromJson } from '../cache/problem.ts';
import { jobPage } from './html/job.page.ts';
import { jobDocument, jobPath } from './job.document.ts';
import type { Preference } from './prefer.ts';

/** When to look again: short, since most clips take seconds. */
const RETRY_AFTER_SECONDS = 2;

/**
 * Answers 202 for a clip that is not ready within the time the request may wait; never a 200 that is not the file.
 * @throws {Problem} of a job that has failed.
 */
export function pendingAnswer(job: Job, preference: Preference, isPage: boolean): Response {
  if (job.state === 'failed') {
    throw (
      problemFromJson(job.problem) ?? new Problem('origin-unavailable', `The clip could not be made: ${job.message}`)
    );
  }
  const headers: Record<string, string> = {
    location: jobPath(job),
    'retry-after': String(RETRY_AFTER_SECONDS),
    'cache-control': 'no-store',
    'cache-status': 'cutline; fwd=miss; detail=pending',
    vary: 'Accept, Prefer',
    ...(preference.applied === null ? {} : { 'preference-applied': preference.applied }),
  };
  if (isPage) return jobPage(job, { status: 202, headers });
  const bytes = new TextEncoder().encode(`${JSON.stringify(jobDocument(job))}\n`);
  const describing = { 'content-type': 'application/json', 'content-length': String(bytes.length) };
  return new Response(bytes, { status: 202, headers: { ...headers, ...describing } });
}
