import type { FlightLock, Hints } from '../cache/flight.ts';
import type { ObjectStore } from '../cache/store.ts';
import type { OriginClient } from './origin.client.ts';

/** Writes one line of structured log. */
export type Log = (event: string, fields: Readonly<Record<string, unknown>>) => void;

/** Gives a file of the web page by its name, with its media type; null when there is none. */
export type ReadAsset = (name: string) => Promise<Response | null>;

/** What the handler works with; each runtime's entry gives its own. */
export interface Services {
  store: ObjectStore;
  flights: FlightLock;
  hints: Hints;
  origin: OriginClient;
  readAsset: ReadAsset;
  /** A body of known length; workerd sends `Content-Length` only for a stream that knows its own. */
  sizedBody(body: ReadableStream<Uint8Array>, sizeBytes: number): ReadableStream<Uint8Array>;
  /** Clock in milliseconds since 1970. */
  now(): number;
  log: Log;
}

/** What a runtime offers beside a request. */
export interface RequestContext {
  /** Keeps the work going after the answer was sent, or the client has gone. */
  waitUntil(work: Promise<unknown>): void;
}

/** Answers one request; never rejects. */
export type RequestHandler = (request: Request, context: RequestContext) => Promise<Response>;
