import type { Catalogue, DatasetVersion, Part } from '../../cache/catalogue.ts';
import { ENGINES } from '../../cache/engines.ts';
import { clipFileName, type ClipPath } from '../../cache/clip-path.ts';
import { quoted } from '../../cache/ids.ts';
import { Problem } from '../../cache/problem.ts';
import type { DatasetDefinition, PartDefinition } from '../../processors/datasets/definition.ts';
import type { Engine, EngineParameters } from '../../processors/engine.ts';

/** A dataset version whose options its engine has accepted. */
export interface DatasetRelease {
  definition: DatasetDefinition;
  engine: Engine;
  /** Defaults filled in. */
  parameters: EngineParameters;
}

/** The file that a clip is cut from and how. */
export interface CatalogueFile extends DatasetRelease {
  part: PartDefinition;
}

/** State of each source by its href; one that cannot be read is absent. */
export type SourceStates = ReadonlyMap<string, SourceState>;
export interface SourceState {
  etag: string;
  bytes: number;
}

/**
 * Has each definition's options checked by its engine.
 * @throws {Error} with the file and the fault of every definition that asks for what its engine does not do.
 */
export function releasesOf(
  definitions: readonly DatasetDefinition[],
  engines: Readonly<Record<DatasetDefinition['engine'], Engine>>,
): DatasetRelease[] {
  const faults: string[] = [];
  const releases: DatasetRelease[] = [];
  for (const definition of definitions) {
    const engine = engines[definition.engine];
    try {
      releases.push({ definition, engine, parameters: engine.parameters(definition.options) });
    } catch (error) {
      faults.push(`${definition.file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (faults.length > 0) throw new Error(`Dataset definitions are not valid:\n  ${faults.join('\n  ')}`);
  return releases;
}

/**
 * Finds what a clip's path names.
 * @throws {Problem} `unknown-dataset`, `unknown-version`, `unknown-file`, each with what there is.
 */
export function findFile(releases: readonly DatasetRelease[], path: ClipPath): CatalogueFile {
  const ofDataset = releases.filter(({ definition }) => definition.name === path.dataset);
  if (ofDataset.length === 0) {
    throw new Problem(
      'unknown-dataset',
      `There is no dataset ${quoted(path.dataset)}. See /datasets for what there is.`,
    );
  }
  const release = ofDataset.find(({ definition }) => definition.version === path.version);
  if (release === undefined) {
    const versions = ofDataset.map(({ definition }) => definition.version).join(', ');
    throw new Problem(
      'unknown-version',
      `The dataset ${path.dataset} has no version ${quoted(path.version)}. It has ${versions}.`,
    );
  }
  const { name, version, engine, parts } = release.definition;
  const nameOf = ({ part }: PartDefinition): string =>
    clipFileName(name, version, part, path.boundary, ENGINES[engine].extension);
  const part = parts.find((candidate) => nameOf(candidate) === path.file);
  if (part === undefined) {
    const shown = parts.slice(0, FILES_SHOWN_MAX).map(nameOf).join(', ');
    throw new Problem('unknown-file', `${name} ${version} has no file ${quoted(path.file)}. It has ${shown}.`);
  }
  return { ...release, part };
}

/** How many names an error lists. */
const FILES_SHOWN_MAX = 20;

/** The catalogue as it is published. The releases stand together by dataset, newest first, as the loader orders them. */
export function toCatalogue(releases: readonly DatasetRelease[], states: SourceStates): Catalogue {
  const byName = Map.groupBy(releases, ({ definition }) => definition.name);
  const datasets = [...byName].map(([name, own]) => ({
    name,
    versions: own.map((release) => toVersion(release, states)),
  }));
  return { version: 1, datasets };
}

function toVersion({ definition, engine, parameters }: DatasetRelease, states: SourceStates): DatasetVersion {
  const { version, title, summary, author, citation, licence, originUrl } = definition;
  const parts = definition.parts.map((part) => toPart(part, states.get(part.href)));
  const described = { version, title, summary, author, citation, licence, originUrl };
  return { ...described, engine: engine.name, outputVersion: engine.outputVersion, parameters, parts };
}

function toPart({ part, title, dimensions, href }: PartDefinition, state: SourceState | undefined): Part {
  return { part, title, dimensions, source: state === undefined ? null : { href, ...state } };
}
