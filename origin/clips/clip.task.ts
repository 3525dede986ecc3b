import * as z from 'zod';

/** Kinds of task in the queue. Both have the fingerprint of the clip as their key. */
export const PLAN = 'plan';
export const MATERIALISE = 'materialise';

/** All that a node needs to plan a clip, whatever has changed since it was asked for. */
export const planTaskSchema = z.strictObject({
  fingerprint: z.string(),
  path: z.strictObject({ boundary: z.string(), dataset: z.string(), version: z.string(), file: z.string() }),
  boundaryDigest: z.string(),
  engine: z.enum(['cog', 'flatgeobuf']),
  outputVersion: z.int(),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  source: z.strictObject({ href: z.string(), etag: z.string(), bytes: z.int() }),
});
export type PlanTask = z.infer<typeof planTaskSchema>;

export const materialiseTaskSchema = z.strictObject({ fingerprint: z.string() });
export type MaterialiseTask = z.infer<typeof materialiseTaskSchema>;
