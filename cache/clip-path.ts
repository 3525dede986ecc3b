import { isBboxId, parseBboxId } from './bbox.ts';
import { requireId } from './ids.ts';

/** Which clip a URL names, all parts validated. */
export interface ClipPath {
  boundary: string;
  dataset: string;
  version: string;
  /** File name: `{dataset}-{version}[-{part}]-{boundary}.{ext}`. */
  file: string;
}

/** A boundary id in a path: a plain id or a bounding box. @throws {Problem} `invalid-id` */
export function requireBoundaryId(text: string): string {
  if (isBboxId(text)) parseBboxId(text);
  else requireId(text, 'boundary');
  return text;
}

/** `{boundary}/{dataset}/{version}/{file}`: the path of a clip below `/packages/` and below the key `current/`. */
export function formatClipPath(path: ClipPath): string {
  return `${path.boundary}/${path.dataset}/${path.version}/${path.file}`;
}

/** The name of a clip's file; the default part has no name. */
export function clipFileName(
  dataset: string,
  version: string,
  part: string | null,
  boundary: string,
  extension: string,
): string {
  return `${[dataset, version, ...(part === null ? [] : [part]), boundary].join('-')}.${extension}`;
}
