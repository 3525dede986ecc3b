import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseDocument } from 'yaml';
import { type DatasetDefinition, type FieldFault, isUrl, readDefinition } from './definition.ts';
import { compareVersions } from './version.compare.ts';

/** Where definitions lie, one file `{name}/{version}.yaml` for each dataset version. */
export interface DefinitionFolder {
  folder: string;
  /** What paths in the definitions are relative to. */
  dataFolder: string;
}

/** 1 MiB is some thousand parts; anything longer is another file by mistake. */
const DEFINITION_MAX_BYTES = 1024 * 1024;
const EXTENSION = '.yaml';

/** What is wrong with a definition file. */
export interface DefinitionFault extends FieldFault {
  file: string;
}

/** Definitions that cannot be used: all faults of all files. */
export class InvalidDefinitions extends Error {
  readonly faults: readonly DefinitionFault[];

  constructor(faults: readonly DefinitionFault[]) {
    const lines = faults.map(({ file, field, message }) => `  ${file}: ${field === '' ? '' : `${field} `}${message}`);
    super(`Dataset definitions are not valid:\n${lines.join('\n')}`);
    this.name = 'InvalidDefinitions';
    this.faults = faults;
  }
}

/**
 * Loads the definitions of one or more folders, ordered by name, versions newest first. Every `href` is a URL then.
 * @throws {InvalidDefinitions} with every fault of every file.
 */
export async function loadDefinitions(folders: readonly DefinitionFolder[]): Promise<DatasetDefinition[]> {
  const faults: DefinitionFault[] = [];
  const loaded = new Map<string, DatasetDefinition>();
  for (const { folder, dataFolder } of folders) {
    for (const file of await definitionFiles(folder, faults)) {
      const definition = await loadFile(file, faults);
      if (definition === null) continue;
      const id = `${definition.name}/${definition.version}`;
      const earlier = loaded.get(id);
      if (earlier === undefined) loaded.set(id, located(definition, dataFolder));
      else faults.push({ file, field: '', message: `defines ${id}, which ${earlier.file} does already` });
    }
  }
  if (faults.length > 0) throw new InvalidDefinitions(faults);
  return [...loaded.values()].sort(
    (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) || compareVersions(b.version, a.version),
  );
}

async function definitionFiles(folder: string, faults: DefinitionFault[]): Promise<string[]> {
  const files: string[] = [];
  for (const name of await entriesOf(folder, faults)) {
    const subfolder = join(folder, name);
    if (name.startsWith('.') || !(await stat(subfolder)).isDirectory()) continue;
    for (const entry of await entriesOf(subfolder, faults)) {
      const file = join(subfolder, entry);
      if (entry.endsWith(EXTENSION)) files.push(file);
      // Left out without a word, it would be looked for long.
      else if (entry.endsWith('.yml')) faults.push({ file, field: '', message: `must end in ${EXTENSION}` });
    }
  }
  return files;
}

async function entriesOf(folder: string, faults: DefinitionFault[]): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    faults.push({ file: folder, field: '', message: `cannot be listed: ${messageOf(error)}` });
    return [];
  }
}

async function loadFile(file: string, faults: DefinitionFault[]): Promise<DatasetDefinition | null> {
  const report = (found: readonly FieldFault[]): null => {
    faults.push(...found.map((fault) => ({ file, ...fault })));
    return null;
  };
  try {
    const read = readDefinition(await parseYaml(file), file);
    if ('faults' in read) return report(read.faults);
    const misplaced = placeFaults(read.definition);
    return misplaced.length > 0 ? report(misplaced) : read.definition;
  } catch (error) {
    return report([{ field: '', message: `cannot be read: ${messageOf(error)}` }]);
  }
}

async function parseYaml(file: string): Promise<unknown> {
  const { size } = await stat(file);
  if (size > DEFINITION_MAX_BYTES) throw new Error(`it has ${size} bytes, at most ${DEFINITION_MAX_BYTES} are allowed`);
  const document = parseDocument(await readFile(file, 'utf8'));
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) throw fault;
  const value: unknown = document.toJS();
  return value;
}

/** A definition must say the name and version of its path, since people look for it there. */
function placeFaults({ file, name, version }: DatasetDefinition): FieldFault[] {
  const folder = basename(resolve(file, '..'));
  const faults: FieldFault[] = [];
  if (name !== folder) faults.push({ field: 'name', message: `is ${name}, but the folder is ${folder}` });
  if (`${version}${EXTENSION}` !== basename(file)) {
    faults.push({ field: 'version', message: `is ${version}, but the file is ${basename(file)}` });
  }
  return faults;
}

function located(definition: DatasetDefinition, dataFolder: string): DatasetDefinition {
  const parts = definition.parts.map((part) => ({
    ...part,
    href: isUrl(part.href) ? part.href : pathToFileURL(resolve(dataFolder, part.href)).href,
  }));
  return { ...definition, parts };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
