import { type Problem, toProblem } from '../cache/problem.ts';
import { problemResponse } from '../cache/problem.response.ts';
import { prefersHtml } from './accept.ts';
import { problemPage } from './html/problem.page.ts';
import type { Log } from './services.ts';

/** The one place where errors become answers: a problem document, or a page for those who ask for one. */
export function problemAnswer(
  request: Request,
  error: unknown,
  log: Log,
  headers: Record<string, string> = {},
): Response {
  const problem = toProblem(error);
  if (problem.status >= 500) logFault(request, problem, log);
  const answer = problemResponse(problem, { ...headers, vary: 'Accept' });
  if (!prefersHtml(request.headers.get('accept'))) return answer;
  const kept = Object.fromEntries([...answer.headers].filter(([name]) => name !== 'content-type'));
  return problemPage(problem, kept);
}

function logFault(request: Request, problem: Problem, log: Log): void {
  const { kind, message, extensions, cause } = problem;
  const reason = cause instanceof Error ? (cause.stack ?? cause.message) : cause === undefined ? null : String(cause);
  log('request-failed', {
    method: request.method,
    url: request.url.slice(0, 500),
    kind,
    message,
    ...extensions,
    reason,
  });
}
