import type { DatasetVersion } from '../cache/catalogue.ts';
import { ENGINES } from '../cache/engines.ts';
import type { ListedFile, Package } from './package.ts';

/**
 * A package as a Frictionless Data Package (profile version 1): one resource per file. `bytes` and `hash` stand only
 * with files that were made and hashed; the others are listed without invented figures. Those of datasets that are
 * known not to cover the boundary stand in `not_covered` instead.
 */
export function dataPackage({ boundary, files }: Package): Record<string, unknown> {
  const versions = [...new Set(files.map(({ version }) => version))];
  const created = files.map(({ record }) => record?.created ?? '').reduce((a, b) => (a > b ? a : b), '');
  return {
    profile: 'data-package',
    name: slug(`cutline-${boundary.id}`),
    id: `urn:cutline:package:${boundary.id}:${boundary.digest}`,
    title: `Global datasets cut to ${boundary.longName}`,
    description: `One file per dataset, cut to the boundary of ${boundary.longName}.`,
    ...(created === '' ? {} : { created }),
    licenses: distinct(versions.map(licenceOf)),
    sources: distinct(versions.map(sourceOf)),
    contributors: distinct(versions.map(({ author }) => ({ title: author, role: 'author' }))),
    resources: files.filter(({ isCovered }) => isCovered).map(resource),
    ...notCovered(files.filter(({ isCovered }) => !isCovered)),
  };
}

/** A member of its own, since a resource without a file is none. */
function notCovered(files: readonly ListedFile[]): Record<string, unknown> {
  if (files.length === 0) return {};
  return { not_covered: files.map(({ dataset, version, file }) => ({ dataset, version: version.version, file })) };
}

function resource({ dataset, version, part, file, path, record }: ListedFile): Record<string, unknown> {
  const { format, mediaType } = ENGINES[version.engine];
  const sha256 = record?.sha256 ?? null;
  const name = [dataset, version.version, ...(part.part === null ? [] : [part.part])].join('-');
  return {
    profile: 'data-resource',
    name: slug(name),
    path,
    title: part.title ?? version.title,
    description: version.summary,
    format: format.toLowerCase(),
    mediatype: mediaType,
    ...(record === null ? {} : { bytes: record.bytes }),
    ...(sha256 === null ? {} : { hash: `sha256:${sha256}` }),
    licenses: [licenceOf(version)],
    sources: [sourceOf(version)],
    dataset,
    version: version.version,
    citation: version.citation,
    dimensions: part.dimensions,
    filename: file,
    status: record === null ? 'made-on-request' : 'made',
  };
}

function licenceOf({ licence }: DatasetVersion): Record<string, string> {
  return { name: licence.name, path: licence.path, title: licence.title };
}

function sourceOf({ title, version, originUrl }: DatasetVersion): Record<string, string> {
  return { title: `${title} ${version}`, path: originUrl };
}

/** Names of the profile have lower-case letters, digits and `. _ - /` only. */
function slug(text: string): string {
  return text.replace(/[^-a-z0-9._/]/g, '_');
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
