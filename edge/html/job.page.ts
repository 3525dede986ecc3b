import type { Job } from '../../cache/origin-api.ts';
import { clipPathOf, jobPath } from '../job.document.ts';
import { pageAnswer } from './layout.ts';
import { html, type Markup } from './markup.ts';

/** How often the page comes back by itself where scripts do not run. */
const REFRESH_SECONDS = 3;

/** A page that follows a job and downloads the clip when it is ready. */
export function jobPage(job: Job, init: { status?: number; headers?: Record<string, string> }): Response {
  const file = job.path.split('/').at(-1) ?? job.path;
  const isOpen = job.state === 'queued' || job.state === 'running';
  const main = html`<h1>${file}</h1>
    <div id="job" data-job="${jobPath(job)}" data-clip="${clipPathOf(job)}">
      ${isOpen ? openJob(job) : endedJob(job)}
    </div>`;
  const page = { title: `${file} – Cutline`, description: `Progress of ${file}`, main, scripts: ['job.client.js'] };
  return pageAnswer(isOpen ? { ...page, refreshSeconds: REFRESH_SECONDS } : page, init);
}

function openJob(job: Job): Markup {
  return html`<p class="lead">This clip is being made. The download starts by itself.</p>
    <p>
      <progress max="100" value="${job.progress}" aria-label="Progress"></progress>
      <span role="status">${job.message}</span>
    </p>`;
}

function endedJob(job: Job): Markup {
  if (job.state === 'ready')
    return html`<p class="lead">The clip is ready: <a href="${clipPathOf(job)}">download it</a>.</p>`;
  const detail = job.problem?.['detail'];
  return html`<p class="lead">The clip could not be made. ${typeof detail === 'string' ? detail : job.message}</p>
    <p><a href="${clipPathOf(job)}">Try again</a></p>`;
}
