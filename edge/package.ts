import type { BoundaryEntry } from '../cache/catalogue.ts';
import { manifestKey } from '../cache/keys.ts';
import { type ClipRecord, manifestSchema } from '../cache/record.ts';
import { findBoundary } from './boundary.find.ts';
import type { Call } from './call.ts';
import { type PackageFile, packageFiles } from './catalogue.find.ts';

/** A file of a package, and what is known of it once it was made. */
export interface ListedFile extends PackageFile {
  /** Path below `/packages/{boundary}/`. */
  path: string;
  record: ClipRecord | null;
}

/** All clips of one boundary, made or not. */
export interface Package {
  boundary: BoundaryEntry;
  files: ListedFile[];
}

/** @throws {Problem} `invalid-id`, `unknown-boundary` */
export async function loadPackage(call: Call, boundaryId: string): Promise<Package> {
  const boundary = await findBoundary(call, boundaryId);
  const snapshot = await call.snapshot();
  const records = await readManifest(call, boundaryId);
  const files = packageFiles(snapshot, boundaryId).map(({ dataset, version, part, file }) => {
    const path = `${dataset}/${version.version}/${file}`;
    const record = records[`${boundaryId}/${path}`] ?? null;
    return { dataset, version, part, file, path, record };
  });
  return { boundary, files };
}

async function readManifest({ services }: Call, boundaryId: string): Promise<Readonly<Record<string, ClipRecord>>> {
  const object = await services.store.get(manifestKey(boundaryId));
  return object === null ? {} : manifestSchema.parse(await new Response(object.body).json()).clips;
}
