import { PROBLEM_KINDS, type Problem } from '../../cache/problem.ts';
import { pageAnswer } from './layout.ts';
import { html } from './markup.ts';

/** A problem as a page, for people who followed a link. */
export function problemPage(problem: Problem, headers: Record<string, string>): Response {
  const [, title] = PROBLEM_KINDS[problem.kind];
  const main = html`<h1>${title}</h1>
    <p class="lead">${problem.message}</p>
    <p class="fine">Status ${problem.status}, <code>${problem.kind}</code></p>
    <p><a href="/">Find a boundary</a></p>`;
  return pageAnswer(
    { title: `${title} – Cutline`, description: title, main, scripts: [] },
    { status: problem.status, headers },
  );
}
