import * as z from 'zod';
import { clipRecordSchema } from './record.ts';

/**
 * Largest body of `POST /boundaries`, at the edge and at the origin. The edge reads it whole to sign it, twice over
 * while it joins the pieces, and an isolate has 128 MB for all that it does; a country in full detail has some MB.
 */
export const BOUNDARY_BODY_MAX_BYTES = 16 * 1024 * 1024;

/**
 * What edge and origin say to each other. Every call but `GET /healthz` is signed (see `signature.ts`).
 *
 * | call | body | answer |
 * |---|---|---|
 * | `POST /clips` | {@link makeClipSchema} | 200 {@link clipReadySchema}, 202 {@link jobSchema}, or a problem |
 * | `GET /clips/{fingerprint}/bytes` with `Range` | | 200 or 206: bytes of the clip by its recipe |
 * | `GET /jobs/{id}` | | 200 {@link jobSchema} |
 * | `GET /boundaries/at?latitude=&longitude=` | | 200 boundary entries |
 * | `PUT /boundaries/{bbox id}` | | 200 boundary entry, made when absent |
 * | `POST /boundaries` | GeoJSON | 200 boundary entry, and what was repaired |
 * | `GET /healthz` | | 200 |
 * | `GET /counters` | | 200 {@link countersSchema} |
 */
export const makeClipSchema = z.strictObject({
  boundary: z.string(),
  dataset: z.string(),
  version: z.string(),
  file: z.string(),
  /** How long the origin may hold the answer until the recipe is known, in milliseconds. */
  waitMs: z.int().min(0).max(60_000),
});
export type MakeClip = z.infer<typeof makeClipSchema>;

export const jobSchema = z.strictObject({
  id: z.string(),
  /** Path of the clip it makes. */
  path: z.string(),
  state: z.enum(['queued', 'running', 'ready', 'failed']),
  /** 0 to 100; never falls within one attempt. */
  progress: z.number().min(0).max(100),
  message: z.string(),
  created: z.iso.datetime(),
  started: z.iso.datetime().nullable(),
  finished: z.iso.datetime().nullable(),
  /** RFC 9457 problem of a failed job. */
  problem: z.record(z.string(), z.unknown()).nullable(),
});
export type Job = z.infer<typeof jobSchema>;

export const clipReadySchema = z.strictObject({ state: z.literal('ready'), job: z.string(), record: clipRecordSchema });
export type ClipReady = z.infer<typeof clipReadySchema>;

/** Since the origin process started. */
export const countersSchema = z.strictObject({
  planRuns: z.int(),
  plansFailed: z.int(),
  clipsMaterialised: z.int(),
  makeClipCalls: z.int(),
});
export type Counters = z.infer<typeof countersSchema>;
