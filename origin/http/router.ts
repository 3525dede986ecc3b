import { quoted } from '../../cache/ids.ts';
import { Problem } from '../../cache/problem.ts';
import type { Call } from './call.ts';

export type Handler = (call: Call) => Promise<Response> | Response;

export interface Route {
  method: string;
  /** Segments that begin with a colon match anything but a slash, such as `/jobs/:id`. */
  path: string;
  handler: Handler;
  /** Largest body taken; 0 for none. */
  bodyMaxBytes: number;
  /** Whether it answers calls that the edge has not signed. */
  isOpen?: boolean;
}

export interface Match {
  route: Route;
  params: Record<string, string>;
}

/**
 * Finds the route of a request; the first one that fits.
 * @throws {Problem} `not-found`, `method-not-allowed` with the allowed methods, `invalid-request` for a bad escape.
 */
export function matchRoute(routes: readonly Route[], method: string, pathname: string): Match {
  const allowed: string[] = [];
  for (const route of routes) {
    const params = matchPath(route.path, pathname);
    if (params === null) continue;
    if (route.method === method) return { route, params };
    allowed.push(route.method);
  }
  if (allowed.length === 0) throw new Problem('not-found', `There is nothing at ${quoted(pathname)}.`);
  const extensions = { allowed };
  throw new Problem('method-not-allowed', `${method} is not allowed here, only ${allowed.join(', ')}.`, { extensions });
}

function matchPath(pattern: string, pathname: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = pathname.split('/');
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? '';
    if (segment.startsWith(':')) params[segment.slice(1)] = decodeSegment(value);
    else if (segment !== value) return null;
  }
  return params;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new Problem('invalid-request', `${quoted(segment)} holds an escape that is not UTF-8.`, { cause });
  }
}
