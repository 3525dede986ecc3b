import * as z from 'zod';
import { isId } from './ids.ts';

export const idSchema = z.string().refine(isId, 'not a valid id');

export const licenceSchema = z.strictObject({ name: z.string().min(1), title: z.string().min(1), path: z.url() });

/** One file of a dataset version as the edge knows it. */
export const partSchema = z.strictObject({
  /** Null for the only part of a dataset. */
  part: idSchema.nullable(),
  title: z.string().nullable(),
  /** Values that tell the parts apart, such as hazard, epoch, return period. */
  dimensions: z.record(z.string(), z.union([z.string(), z.number()])),
  /** State of the source when the snapshot was made; null when it could not be read then. */
  source: z.strictObject({ href: z.string(), etag: z.string(), bytes: z.int().nonnegative() }).nullable(),
});

/** One release of a dataset. */
const datasetVersionSchema = z.strictObject({
  version: idSchema,
  title: z.string().min(1),
  summary: z.string().min(1),
  author: z.string().min(1),
  citation: z.string().min(1),
  licence: licenceSchema,
  originUrl: z.url(),
  engine: z.enum(['cog', 'flatgeobuf']),
  /** The engine's output-version constant; part of the fingerprint. */
  outputVersion: z.int().positive(),
  /** Options given to the engine, defaults filled in; part of the fingerprint. */
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  parts: z.array(partSchema).min(1),
});

const datasetSchema = z.strictObject({ name: idSchema, versions: z.array(datasetVersionSchema).min(1) });

/** The catalogue as the origin publishes it for the edge; versions newest first. */
export const catalogueSchema = z.strictObject({ version: z.literal(1), datasets: z.array(datasetSchema) });

export type Part = z.infer<typeof partSchema>;
export type DatasetVersion = z.infer<typeof datasetVersionSchema>;
export type Dataset = z.infer<typeof datasetSchema>;
export type Catalogue = z.infer<typeof catalogueSchema>;

/** A boundary without its geometry. */
export const boundaryEntrySchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  longName: z.string(),
  level: z.int().nonnegative(),
  /** Digest of the stored geometry; the geometry lies under `boundaryKey(digest)`. */
  digest: z.string(),
  /** West, south, east, north of all parts (RFC 7946, section 5.2); west > east when the antimeridian is crossed. */
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  vertices: z.int().nonnegative(),
});
export type BoundaryEntry = z.infer<typeof boundaryEntrySchema>;

/** What was wrong with the geometry of a boundary as it was given, and what repairing it did to its area. */
const repairSchema = z.strictObject({
  /** As PostGIS says it (`ST_IsValidReason`), with the place: `Self-intersection[1 1]`. */
  reason: z.string(),
  /** Square degrees; before the repair, parts that overlap or run the other way round count as they are drawn. */
  areaBefore: z.number(),
  areaAfter: z.number(),
});
export type Repair = z.infer<typeof repairSchema>;

/** A boundary that was sent; null when its geometry was valid as it was. */
export const sentBoundarySchema = boundaryEntrySchema.extend({ repaired: repairSchema.nullable().default(null) });
export type SentBoundary = z.infer<typeof sentBoundarySchema>;

/** All named boundaries, ordered by long name. */
export const boundaryListSchema = z.strictObject({ version: z.literal(1), boundaries: z.array(boundaryEntrySchema) });
export type BoundaryList = z.infer<typeof boundaryListSchema>;
