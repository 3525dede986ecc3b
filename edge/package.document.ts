import { ENGINES } from '../cache/engines.ts';
import { boundaryDocument } from './boundary.document.ts';
import type { ListedFile, Package } from './package.ts';
import { encodePart } from './path.params.ts';

/** A package as clients see it: its boundary, and its files by dataset version. */
export function packageDocument({ boundary, files }: Package): Record<string, unknown> {
  const base = `/packages/${encodePart(boundary.id)}`;
  return {
    boundary: boundaryDocument(boundary),
    datapackage: `${base}/datapackage.json`,
    datasets: byVersion(files).map((group) => {
      const { dataset, version } = group.first;
      return {
        dataset,
        version: version.version,
        title: version.title,
        summary: version.summary,
        licence: version.licence,
        citation: version.citation,
        files: group.files.map((file) => fileDocument(base, file)),
      };
    }),
  };
}

function fileDocument(
  base: string,
  { path, file, part, version, record, isCovered }: ListedFile,
): Record<string, unknown> {
  const { format, mediaType } = ENGINES[version.engine];
  const sha256 = record?.sha256 ?? null;
  return {
    name: file,
    href: `${base}/${path.split('/').map(encodePart).join('/')}`,
    part: part.part,
    title: part.title,
    dimensions: part.dimensions,
    format,
    media_type: mediaType,
    made: record !== null,
    covered: isCovered,
    ...(record === null ? {} : { bytes: record.bytes, etag: record.etag }),
    ...(sha256 === null ? {} : { sha256 }),
  };
}

/** Files of one dataset version. */
export interface FileGroup {
  first: ListedFile;
  files: readonly ListedFile[];
}

/** Groups files by dataset version, in their order. */
export function byVersion(files: readonly ListedFile[]): FileGroup[] {
  const groups = new Map<string, { first: ListedFile; files: ListedFile[] }>();
  for (const file of files) {
    const key = `${file.dataset}/${file.version.version}`;
    const group = groups.get(key) ?? { first: file, files: [] };
    group.files.push(file);
    groups.set(key, group);
  }
  return [...groups.values()];
}
