import * as z from 'zod';
import { type BoundaryEntry, boundaryEntrySchema, type SentBoundary, sentBoundarySchema } from '../cache/catalogue.ts';
import { type ClipReady, clipReadySchema, type Job, jobSchema, type MakeClip } from '../cache/origin-api.ts';
import { utf8 } from '../cache/digest.ts';
import { Problem, problemFromJson } from '../cache/problem.ts';
import type { ByteRange } from '../cache/range.ts';
import { signCall, SIGNATURE_HEADER } from '../cache/signature.ts';

/** How long the origin may take to begin an answer that involves no planning. */
const ANSWER_TIMEOUT_MS = 15_000;
/** How long it may take to make a boundary of the most vertices valid, prepare and store it: some seconds when idle. */
const BOUNDARY_TIMEOUT_MS = 60_000;
/** When to try again after the origin could not be reached: about the time it takes to start anew. */
const UNREACHABLE_RETRY_SECONDS = 10;
/** A problem document or a list of boundaries is far smaller; anything larger is not ours. */
const JSON_MAX_BYTES = 4_194_304;

/** The calls of the edge to the origin (see `cache/origin-api.ts`). All throw {@link Problem}s. */
export interface OriginClient {
  /** Asks for a clip: its record when the recipe is known within `waitMs`, else its job. */
  makeClip(clip: MakeClip): Promise<ClipReady | { state: 'pending'; job: Job }>;
  /** A range of a clip of `totalBytes` by its recipe. */
  clipBytes(fingerprint: string, range: ByteRange, totalBytes: number): Promise<ReadableStream<Uint8Array>>;
  job(id: string): Promise<Job>;
  /** Boundaries that hold a point. */
  boundariesAt(latitude: number, longitude: number): Promise<BoundaryEntry[]>;
  /** The boundary of a canonical bounding box id, made when absent. */
  putBbox(id: string): Promise<BoundaryEntry>;
  /** Stores a GeoJSON geometry as a boundary of its own. */
  createBoundary(geojson: Uint8Array<ArrayBuffer>): Promise<SentBoundary>;
}

export interface OriginSettings {
  /** Where the origin listens, without a path. */
  originUrl: string;
  /** Shared with the origin. */
  originSecret: string;
}

interface Call {
  method: string;
  target: string;
  body?: Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

/** An origin spoken to over HTTP, every call signed. */
export function httpOrigin(settings: OriginSettings): OriginClient {
  const call = (request: Call) => sendSigned(settings, request);
  return {
    async makeClip(clip) {
      const body = utf8(JSON.stringify(clip));
      const timeoutMs = clip.waitMs + ANSWER_TIMEOUT_MS;
      const response = await call({ method: 'POST', target: '/clips', body, timeoutMs });
      if (response.status === 202) return { state: 'pending', job: await read(response, jobSchema) };
      return read(response, clipReadySchema);
    },
    async clipBytes(fingerprint, range, totalBytes) {
      const last = range.offset + range.length - 1;
      const headers = { range: `bytes=${range.offset}-${last}` };
      const response = await call({ method: 'GET', target: `/clips/${fingerprint}/bytes`, headers });
      const whole = response.status === 200 && range.length === totalBytes;
      const partial = response.headers.get('content-range') === `bytes ${range.offset}-${last}/${totalBytes}`;
      if (response.body !== null && (whole || (response.status === 206 && partial))) return response.body;
      await response.body?.cancel();
      throw unavailable(`answered another range of the clip than it was asked for (status ${response.status})`);
    },
    job: async (id) => read(await call({ method: 'GET', target: `/jobs/${id}` }), jobSchema),
    async boundariesAt(latitude, longitude) {
      const target = `/boundaries/at?latitude=${latitude}&longitude=${longitude}`;
      return read(await call({ method: 'GET', target }), z.array(boundaryEntrySchema));
    },
    putBbox: async (id) => read(await call({ method: 'PUT', target: `/boundaries/${id}` }), boundaryEntrySchema),
    async createBoundary(body) {
      const response = await call({ method: 'POST', target: '/boundaries', body, timeoutMs: BOUNDARY_TIMEOUT_MS });
      return read(response, sentBoundarySchema);
    },
  };
}

/** Sends a call; an answer that is not a success becomes the problem it describes. */
async function sendSigned({ originUrl, originSecret }: OriginSettings, call: Call): Promise<Response> {
  const { method, target, body, timeoutMs = ANSWER_TIMEOUT_MS } = call;
  const signature = await signCall(originSecret, { method, target, body: body ?? new Uint8Array(0) });
  const headers = new Headers({ ...call.headers, [SIGNATURE_HEADER]: signature, 'accept-encoding': 'identity' });
  if (body !== undefined) headers.set('content-type', 'application/json');
  const response = await fetchWithin(new URL(target, originUrl), { method, headers, body: body ?? null }, timeoutMs);
  if (!response.ok) throw await readProblem(response);
  return response;
}

/** The time limit is for the head of the answer; a body may stream for as long as it takes. */
async function fetchWithin(url: URL, request: RequestInit, timeoutMs: number): Promise<Response> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  try {
    return await fetch(url.href, { ...request, redirect: 'manual', signal: controller.signal });
  } catch (error) {
    throw unavailable(controller.signal.aborted ? `did not answer within ${timeoutMs} ms` : 'cannot be reached', error);
  } finally {
    clearTimeout(timer);
  }
}

async function readProblem(response: Response): Promise<Problem> {
  const problem = problemFromJson(await readJson(response).catch(() => null));
  if (problem === null) return unavailable(`answered ${response.status} without saying why`);
  // The user cannot do anything about a wrong secret.
  if (problem.kind === 'unauthorised') return unavailable('does not accept the signature of the edge', problem);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  if (!Number.isInteger(seconds)) return problem;
  const { kind, message, extensions } = problem;
  return new Problem(kind, message, { extensions, retryAfterSeconds: seconds });
}

async function read<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await readJson(response));
  if (parsed.success) return parsed.data;
  throw unavailable('answered something that is not of the agreed form', parsed.error);
}

async function readJson(response: Response): Promise<unknown> {
  if (Number(response.headers.get('content-length') ?? 0) > JSON_MAX_BYTES) {
    await response.body?.cancel();
    throw unavailable('answered with an unexpectedly large document');
  }
  try {
    return await response.json();
  } catch (error) {
    throw unavailable('answered something that is not JSON', error);
  }
}

function unavailable(what: string, cause?: unknown): Problem {
  return new Problem('origin-unavailable', `The service that makes clips ${what}. What is made already can be had.`, {
    retryAfterSeconds: UNREACHABLE_RETRY_SECONDS,
    ...(cause === undefined ? {} : { cause }),
  });
}
