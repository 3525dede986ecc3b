import type { Dataset, DatasetVersion, Part } from '../cache/catalogue.ts';
import { ENGINES } from '../cache/engines.ts';
import { clipFileName } from '../cache/clip-path.ts';
import { quoted, requireId } from '../cache/ids.ts';
import { Problem } from '../cache/problem.ts';
import type { Snapshot } from './snapshot.ts';

/** How many of the names that exist a problem lists: enough to choose from, small enough to read. */
const LISTED_NAMES_MAX = 20;

/** @throws {Problem} `invalid-id`, `unknown-dataset` */
export function findDataset(snapshot: Snapshot, name: string): Dataset {
  const dataset = snapshot.datasets.get(requireId(name, 'dataset'));
  if (dataset !== undefined) return dataset;
  throw new Problem('unknown-dataset', `There is no dataset ${quoted(name)}. All are listed at /datasets.`);
}

/** @throws {Problem} `invalid-id`, `unknown-version` */
export function findVersion(dataset: Dataset, version: string): DatasetVersion {
  const found = dataset.versions.find((candidate) => candidate.version === requireId(version, 'dataset version'));
  if (found !== undefined) return found;
  const versions = dataset.versions.map((candidate) => candidate.version);
  throw new Problem('unknown-version', `Dataset ${quoted(dataset.name)} has no version ${quoted(version)}.`, {
    extensions: { versions: versions.slice(0, LISTED_NAMES_MAX) },
  });
}

/** One file of a package. */
export interface PackageFile {
  dataset: string;
  version: DatasetVersion;
  part: Part;
  /** File name. */
  file: string;
}

/** The files of one dataset version cut to one boundary, one per part. */
function filesOf(dataset: string, version: DatasetVersion, boundary: string): PackageFile[] {
  const { extension } = ENGINES[version.engine];
  return version.parts.map((part) => {
    return { dataset, version, part, file: clipFileName(dataset, version.version, part.part, boundary, extension) };
  });
}

/** All files of a boundary's package: every dataset in every version. */
export function packageFiles(snapshot: Snapshot, boundary: string): PackageFile[] {
  return snapshot.catalogue.datasets.flatMap(({ name, versions }) =>
    versions.flatMap((version) => filesOf(name, version, boundary)),
  );
}

/** @throws {Problem} `unknown-file`; it lists the files that there are. */
export function findFile(dataset: string, version: DatasetVersion, boundary: string, file: string): PackageFile {
  const files = filesOf(dataset, version, boundary);
  const found = files.find((candidate) => candidate.file === file);
  if (found !== undefined) return found;
  throw new Problem('unknown-file', `The package of ${boundary} has no file ${quoted(file)} of this dataset version.`, {
    extensions: { files: files.slice(0, LISTED_NAMES_MAX).map((candidate) => candidate.file) },
  });
}
