import { decideDelivery, type Delivery } from '../cache/delivery.ts';
import { Problem } from '../cache/problem.ts';
import { problemResponse } from '../cache/problem.response.ts';
import type { ClipRecord } from '../cache/record.ts';
import type { Call } from './call.ts';
import { type ClipBody, openClip } from './clip.body.ts';
import { cacheStatus, type CacheOutcome, clipHeaders } from './clip.headers.ts';
import type { ClipTarget } from './clip.target.ts';

/** What to say of a clip besides its bytes. */
export interface AnswerOptions {
  cacheControl: string;
  outcome: Omit<CacheOutcome, 'isVirtual'>;
  /** Told when the store has lost the whole file, and the clip is put together by its recipe again. */
  onFileLost?: () => void;
}

/**
 * Answers a request for a clip that is made: 200, 206, 304, 412 or 416.
 * @returns null when the store has lost what the clip could be sent from.
 * @throws {Problem} `source-changed` and whatever else keeps the first byte from being read.
 */
export async function answerClip(
  call: Call,
  target: ClipTarget,
  record: ClipRecord,
  options: AnswerOptions,
): Promise<Response | null> {
  const { method, headers } = call.request;
  const file = { etag: record.etag, lastModified: new Date(record.created), sizeBytes: record.bytes };
  const delivery = decideDelivery({ method, headers }, file, options.cacheControl);
  if (delivery.status === 412 || delivery.status === 416) return refuse(delivery, record, headers);
  let body: ClipBody | null = null;
  if (method !== 'HEAD' && delivery.range !== null) {
    body = await openClip(call.services, record, delivery.range);
    if (body === null) return null;
    if (record.stored && body.isVirtual) options.onFileLost?.();
  }
  return new Response(sized(call, body, delivery), {
    status: delivery.status,
    headers: {
      ...clipHeaders(target, record),
      ...delivery.headers,
      'cache-status': cacheStatus({ ...options.outcome, isVirtual: body?.isVirtual ?? !record.stored }),
    },
  });
}

function sized(call: Call, body: ClipBody | null, { range }: Delivery): ReadableStream<Uint8Array> | null {
  if (body === null || range === null) return null;
  return call.services.sizedBody(body.stream, range.length);
}

function refuse(delivery: Delivery, record: ClipRecord, headers: Headers): Response {
  const problem =
    delivery.status === 416
      ? new Problem(
          'range-not-satisfiable',
          `The file has ${record.bytes} bytes; "${headers.get('range') ?? ''}" asks for none of them.`,
        )
      : new Problem('precondition-failed', `The file is now ${record.etag}, which is not what the request demands.`);
  return problemResponse(problem, delivery.headers);
}
