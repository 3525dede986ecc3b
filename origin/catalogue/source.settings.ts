import {
  type S3Settings,
  sourceContext,
  type SourceContext,
  type SourceScheme,
} from '../../processors/source/context.ts';

/** What sources may be opened; plain data, so that it can be given to threads. */
export interface SourceSettings {
  schemes: SourceScheme[];
  fileRoots: string[];
  s3: S3Settings | null;
}

export function toSourceContext({ schemes, fileRoots, s3 }: SourceSettings): SourceContext {
  return sourceContext({ schemes, fileRoots, s3 });
}
