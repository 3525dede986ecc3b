import { quoted } from '../../cache/ids.ts';
import { Problem } from '../../cache/problem.ts';
import { wantsHtml } from '../accept.ts';
import type { Call } from '../call.ts';
import { jobPage } from '../html/job.page.ts';
import { jobDocument } from '../job.document.ts';
import { jsonAnswer } from '../json.answer.ts';

/** Fingerprints and UUIDs. */
const JOB_ID_PATTERN = /^[A-Za-z0-9-]{1,64}$/;
const HEADERS = { 'cache-control': 'no-store' };

/** `GET /jobs/{id}`: state and progress of a job. */
export async function getJob(call: Call): Promise<Response> {
  const { id = '' } = call.params;
  if (!JOB_ID_PATTERN.test(id)) throw new Problem('unknown-job', `There is no job ${quoted(id)}.`);
  const job = await call.services.origin.job(id);
  if (wantsHtml(call.request)) return jobPage(job, { headers: HEADERS });
  return jsonAnswer(call.request, jobDocument(job), { headers: HEADERS });
}
