import { PROBLEM_KINDS, type Problem } from '../../cache/problem.ts';
import { pageAnswer } from './layout.ts';
import { html } from './markup.ts';

/** A problem as a page, for people who followed a link. Where waiting helps, the page comes back by itself. */
export function problemPage(problem: Problem, headers: Record<string, string>): Response {
  const [, title] = PROBLEM_KINDS[problem.kind];
  const isWaiting = problem.retryAfterSeconds !== undefined;
  const main = html`<h1>${title}</h1>
    <p class="lead">${problem.message}</p>
    ${isWaiting ? html`<p role="status">This page tries again by itself.</p>` : null}
    <p class="fine">Status ${problem.status}, <code>${problem.kind}</code></p>
    <p><a href="/">Find a boundary</a></p>`;
  const page = { title: `${title} – Cutline`, description: title, main, scripts: [] };
  const refresh = problem.retryAfterSeconds === undefined ? {} : { refreshSeconds: problem.retryAfterSeconds };
  return pageAnswer({ ...page, ...refresh }, { status: problem.status, headers });
}
