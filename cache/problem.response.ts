import { type Problem, PROBLEM_MEDIA_TYPE } from './problem.ts';

/** What is not there may appear with the next boundary or dataset that is loaded. */
const NOT_FOUND_CACHE_CONTROL = 'public, max-age=60';

/**
 * A Problem as an HTTP answer (RFC 9457). The body is always there; for HEAD the caller drops it.
 * @param headers Further headers, such as CORS or `Allow`; they win over the answer's own.
 */
export function problemResponse(problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  const response = new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      'Content-Type': PROBLEM_MEDIA_TYPE,
      'Cache-Control': problem.status === 404 ? NOT_FOUND_CACHE_CONTROL : 'no-store',
    },
  });
  if (problem.retryAfterSeconds !== undefined) {
    response.headers.set('Retry-After', String(Math.max(0, Math.ceil(problem.retryAfterSeconds))));
  }
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}
