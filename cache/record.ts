import * as z from 'zod';
import { isFingerprint } from './fingerprint.ts';

const fingerprintText = z.string().refine(isFingerprint, 'a fingerprint has 64 hexadecimal digits');

/** What is known of a made clip: enough to answer HEAD and conditional requests without reading anything else. */
export const clipRecordSchema = z.strictObject({
  version: z.literal(1),
  fingerprint: fingerprintText,
  /** `{boundary}/{dataset}/{version}/{file}` */
  path: z.string(),
  bytes: z.int().nonnegative(),
  etag: z.string(),
  mediaType: z.string(),
  /** Digest of the boundary it was cut to. */
  boundaryDigest: z.string(),
  /** When its recipe was completed, ISO 8601 in UTC; `Last-Modified` of the clip. */
  created: z.iso.datetime(),
  /** True once the whole file lies in the store; until then it is served by its recipe. */
  stored: z.boolean(),
  /** SHA-256 of the whole file in hexadecimal, known once it is stored. */
  sha256: z.string().nullable(),
});

/** A named URL's pointer and a fingerprint's record have the same form. */
export type ClipRecord = z.infer<typeof clipRecordSchema>;

/** What is known of one boundary's clips, by clip path. */
export const manifestSchema = z.strictObject({
  version: z.literal(1),
  boundary: z.string(),
  clips: z.record(z.string(), clipRecordSchema),
  /** Clips that cannot be made since the dataset does not cover the boundary: their fingerprints by clip path. */
  notCovered: z.record(z.string(), fingerprintText).optional(),
});
export type Manifest = z.infer<typeof manifestSchema>;
