import { IttyRouter, type IRequestStrict } from 'itty-router';
import { Problem } from '../cache/problem.ts';
import { quoted } from '../cache/ids.ts';
import type { Route } from './call.ts';
import { allowAnyOrigin, optionsAnswer } from './cors.ts';
import { canonicalAddress, decodeParams } from './path.params.ts';
import { problemAnswer } from './problem.answer.ts';
import { type RouteMethods, routeTable } from './routes/table.ts';
import type { RequestContext, RequestHandler, Services } from './services.ts';
import { snapshotLoader } from './snapshot.ts';

/** Addresses are short; a Worker takes up to 16 KB. */
const URL_CHARACTERS_MAX = 8_192;
/** The one spelling of an address does not change. */
const REDIRECT_CACHE_CONTROL = 'public, max-age=86400';

/** The service as a function from request to answer, the same in every runtime. */
export function createHandler(services: Services): RequestHandler {
  const router = createRouter(services);
  return async (request, context) => {
    const answer = await answerSafely(router, request, context, services);
    allowAnyOrigin(answer.headers);
    answer.headers.set('x-content-type-options', 'nosniff');
    if (request.method !== 'HEAD' || answer.body === null) return answer;
    await answer.body.cancel();
    return new Response(null, answer);
  };
}

type Router = ReturnType<typeof createRouter>;

function createRouter(services: Services) {
  const router = IttyRouter<IRequestStrict, [RequestContext]>();
  const snapshot = snapshotLoader(services.store, services.now);
  for (const [path, methods] of routeTable()) {
    router.all(path, async (request, context) => {
      const route = methodOf(methods, request.method);
      // Before anything else, since browsers do not follow the redirect of a preflight.
      if (route === undefined) return refuseMethod(request, methods, services);
      const url = new URL(request.url);
      const params = decodeParams(request.params);
      const moved = canonicalAddress(url, params['boundary']);
      if (moved !== null) return redirect(moved);
      return route({ request, url, params, context, services, snapshot });
    });
  }
  return router;
}

async function answerSafely(
  router: Router,
  request: Request,
  context: RequestContext,
  services: Services,
): Promise<Response> {
  try {
    if (request.url.length > URL_CHARACTERS_MAX) {
      throw new Problem('invalid-request', `The address has more than ${URL_CHARACTERS_MAX} characters.`);
    }
    const answer: unknown = await router.fetch(request, context);
    if (answer instanceof Response) return answer;
    throw new Problem('not-found', `There is nothing at ${quoted(new URL(request.url).pathname)}.`);
  } catch (error) {
    return problemAnswer(request, error, services.log);
  }
}

function methodOf(methods: RouteMethods, method: string): Route | undefined {
  if (method === 'GET' || method === 'HEAD') return methods.GET;
  return method === 'POST' ? methods.POST : undefined;
}

function refuseMethod(request: Request, methods: RouteMethods, services: Services): Response {
  const allow = ['GET', 'HEAD', ...(methods.POST === undefined ? [] : ['POST']), 'OPTIONS'].join(', ');
  if (request.method === 'OPTIONS') return optionsAnswer(allow);
  const problem = new Problem('method-not-allowed', `${request.method} is not possible here. Possible are ${allow}.`);
  return problemAnswer(request, problem, services.log, { allow });
}

function redirect(location: string): Response {
  return new Response(null, { status: 308, headers: { location, 'cache-control': REDIRECT_CACHE_CONTROL } });
}
