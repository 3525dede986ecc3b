import type { Dataset, DatasetVersion, Part } from '../cache/catalogue.ts';
import { ENGINES } from '../cache/engines.ts';

/** A dataset as clients see it, versions newest first. */
export function datasetDocument(dataset: Dataset): Record<string, unknown> {
  const [newest] = dataset.versions;
  return {
    name: dataset.name,
    title: newest?.title ?? dataset.name,
    href: `/datasets/${dataset.name}`,
    versions: dataset.versions.map((version) => versionDocument(dataset.name, version)),
  };
}

/** A dataset version as clients see it. */
export function versionDocument(name: string, version: DatasetVersion): Record<string, unknown> {
  const { format, mediaType, extension } = ENGINES[version.engine];
  return {
    dataset: name,
    version: version.version,
    href: `/datasets/${name}/${version.version}`,
    title: version.title,
    summary: version.summary,
    author: version.author,
    citation: version.citation,
    licence: version.licence,
    origin_url: version.originUrl,
    formats: [{ format, extension, media_type: mediaType }],
    parts: version.parts.map(partDocument),
  };
}

function partDocument({ part, title, dimensions, source }: Part): Record<string, unknown> {
  return { part, title, dimensions, source_bytes: source?.bytes ?? null };
}
