import type { BoundaryEntry } from '../cache/catalogue.ts';
import { manifestKey } from '../cache/keys.ts';
import { type ClipRecord, type Manifest, manifestSchema } from '../cache/record.ts';
import { findBoundary } from './boundary.find.ts';
import type { Call } from './call.ts';
import { type PackageFile, packageFiles } from './catalogue.find.ts';
import { expectedFingerprint } from './clip.target.ts';

/** A file of a package, and what is known of it once it was made. */
export interface ListedFile extends PackageFile {
  /** Path below `/packages/{boundary}/`. */
  path: string;
  record: ClipRecord | null;
  /** False once it is known that the dataset, as it is now, does not cover the boundary. */
  isCovered: boolean;
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
  const manifest = await readManifest(call, boundaryId);
  const files = packageFiles(snapshot, boundaryId).map((file) => listFile(boundary, file, manifest));
  return { boundary, files: await Promise.all(files) };
}

async function listFile(boundary: BoundaryEntry, file: PackageFile, manifest: Manifest | null): Promise<ListedFile> {
  const path = `${file.dataset}/${file.version.version}/${file.file}`;
  const name = `${boundary.id}/${path}`;
  const record = manifest?.clips[name] ?? null;
  const notCovered = manifest?.notCovered?.[name];
  // A clip of an earlier state of the source is still had.
  const isCovered =
    record !== null || notCovered === undefined || notCovered !== (await expectedFingerprint(boundary, file));
  return { ...file, path, record, isCovered };
}

async function readManifest({ services }: Call, boundaryId: string): Promise<Manifest | null> {
  const object = await services.store.get(manifestKey(boundaryId));
  return object === null ? null : manifestSchema.parse(await new Response(object.body).json());
}
