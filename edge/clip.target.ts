import type { BoundaryEntry } from '../cache/catalogue.ts';
import { type ClipPath, formatClipPath, requireBoundaryId } from '../cache/clip-path.ts';
import { isBboxId } from '../cache/bbox.ts';
import { fingerprint } from '../cache/fingerprint.ts';
import { findBoundary } from './boundary.find.ts';
import type { Call } from './call.ts';
import { findDataset, findFile, findVersion, type PackageFile } from './catalogue.find.ts';

/** What a clip's URL names, all of it known to exist. */
export interface ClipTarget {
  path: ClipPath;
  /** The path as text, as records hold it. */
  name: string;
  boundary: BoundaryEntry;
  file: PackageFile;
  /** The fingerprint that the snapshot leads one to expect; null when the source could not be read for it. */
  expected: string | null;
}

/**
 * Checks a clip's path against the snapshot. A new bounding box is made only after everything else was found.
 * @throws {Problem} `invalid-id`, `unknown-boundary`, `unknown-dataset`, `unknown-version`, `unknown-file`
 */
export async function findClip(call: Call, path: ClipPath): Promise<ClipTarget> {
  const isBbox = isBboxId(requireBoundaryId(path.boundary));
  const named = isBbox ? null : await findBoundary(call, path.boundary);
  const dataset = findDataset(await call.snapshot(), path.dataset);
  const version = findVersion(dataset, path.version);
  const file = findFile(dataset.name, version, path.boundary, path.file);
  const boundary = named ?? (await findBoundary(call, path.boundary));
  return { path, name: formatClipPath(path), boundary, file, expected: await expectedFingerprint(boundary, file) };
}

/** The fingerprint that the snapshot leads one to expect of a file; null when its source could not be read for it. */
export async function expectedFingerprint(
  boundary: BoundaryEntry,
  { version, part }: PackageFile,
): Promise<string | null> {
  if (part.source === null) return null;
  return fingerprint({
    boundaryDigest: boundary.digest,
    engine: version.engine,
    outputVersion: version.outputVersion,
    sources: [part.source],
    parameters: version.parameters,
  });
}
