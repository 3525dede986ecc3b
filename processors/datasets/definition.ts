import * as z from 'zod';
import { idSchema, licenceSchema } from '../../cache/catalogue.ts';
import { ENGINES, type EngineName } from '../../cache/engines.ts';
import type { EngineParameters } from '../engine.ts';

/** One release of a dataset, as its definition file describes it. */
export interface DatasetDefinition {
  /** Path of the definition file, for messages. */
  file: string;
  name: string;
  version: string;
  title: string;
  summary: string;
  author: string;
  citation: string;
  licence: z.infer<typeof licenceSchema>;
  originUrl: string;
  engine: EngineName;
  /** Options for the engine, as given; the engine checks them and fills in the others. */
  options: EngineParameters;
  parts: PartDefinition[];
}

/** One file of a dataset version. */
export interface PartDefinition {
  /** Null for the only part of a dataset. */
  part: string | null;
  title: string | null;
  /** As written: an `https:`, `http:`, `s3:` or `file:` URL, or a path below the data folder. */
  href: string;
  dimensions: Record<string, string | number>;
}

const text = z.string().trim().min(1);
const href = text.refine(isHref, 'must be an https:, http:, s3: or file: URL, or a path below the data folder');

const partSchema = z.strictObject({
  part: idSchema.optional(),
  title: text.optional(),
  href,
  dimensions: z.record(text, z.union([text, z.number()])).optional(),
});

const definitionSchema = z
  .strictObject({
    name: idSchema,
    version: idSchema,
    title: text,
    summary: text,
    author: text,
    citation: text,
    licence: licenceSchema,
    origin_url: z.url({ protocol: /^https?$/ }),
    engine: z.enum(Object.keys(ENGINES).filter(isEngineName)),
    options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
    href: href.optional(),
    parts: z.array(partSchema).min(1).optional(),
  })
  .superRefine(({ href: single, parts }, context) => {
    if ((single === undefined) === (parts === undefined)) {
      context.addIssue({ code: 'custom', path: ['href'], message: 'give either href, for one file, or parts' });
    }
    for (const { index, message } of partFaults(parts ?? [])) {
      context.addIssue({ code: 'custom', path: ['parts', index, 'part'], message });
    }
  });

/** What is wrong with one field of a definition. */
export interface FieldFault {
  /** Such as `licence.path` or `parts[2].href`; empty for the whole. */
  field: string;
  message: string;
}

/** Reads a definition from the value that its YAML holds; gives all its faults at once. */
export function readDefinition(
  value: unknown,
  file: string,
): { definition: DatasetDefinition } | { faults: FieldFault[] } {
  const result = definitionSchema.safeParse(value, { error: describe });
  if (!result.success) return { faults: result.error.issues.map(toFault) };
  const { origin_url: originUrl, options = {}, href: single, parts = [], ...rest } = result.data;
  const files = single === undefined ? parts : [{ href: single }];
  return { definition: { file, ...rest, originUrl, options, parts: files.map(toPart) } };
}

function toPart({ part, title, href: source, dimensions }: z.infer<typeof partSchema>): PartDefinition {
  return { part: part ?? null, title: title ?? null, href: source, dimensions: dimensions ?? {} };
}

function partFaults(parts: readonly { part?: string | undefined }[]): { index: number; message: string }[] {
  return parts.flatMap(({ part }, index) => {
    if (part === undefined) {
      return parts.length > 1 ? [{ index, message: 'is missing; only a part that stands alone needs none' }] : [];
    }
    const first = parts.findIndex((other) => other.part === part);
    return first < index ? [{ index, message: `is ${JSON.stringify(part)}, as in parts[${first}]` }] : [];
  });
}

function isEngineName(name: string): name is EngineName {
  return Object.hasOwn(ENGINES, name);
}

const SCHEME_PATTERN = /^([a-z][a-z0-9+.-]*):/i;

/** Whether an href is written as a URL and not as a path. */
export function isUrl(source: string): boolean {
  return SCHEME_PATTERN.test(source);
}

function isHref(source: string): boolean {
  if (!isUrl(source)) return !source.startsWith('//');
  return URL.canParse(source) && ['https:', 'http:', 's3:', 'file:'].includes(new URL(source).protocol);
}

/** Messages for the faults that a person who writes YAML makes. */
function describe(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') return 'is no field of a definition';
  if (issue.code !== 'invalid_type') return undefined;
  if (issue.input === undefined) return 'is missing';
  if (issue.expected === 'string' && typeof issue.input === 'number') return 'is read as a number; put it in quotes';
  return undefined;
}

function toFault(issue: z.core.$ZodIssue): FieldFault {
  // An unknown key is reported at the object that holds it.
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys.join(', ')] : issue.path;
  const field = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return { field: field.replace(/^\./, ''), message: issue.message };
}
