import type { RequestContext, Services } from './services.ts';
import type { Snapshot } from './snapshot.ts';

/** One request on its way to a route. */
export interface Call {
  request: Request;
  url: URL;
  /** Parts of the path, decoded and free of anything that could mean another path. */
  params: Readonly<Record<string, string>>;
  context: RequestContext;
  services: Services;
  snapshot(): Promise<Snapshot>;
}

/** Answers `GET` (and `HEAD`, whose body is dropped afterwards) or another method of a path. */
export type Route = (call: Call) => Promise<Response>;
