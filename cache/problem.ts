/** Every kind of problem the service answers with: its HTTP status and human title. Types are stable; add, never rename. */
export const PROBLEM_KINDS = {
  'invalid-request': [400, 'The request is not valid'],
  'invalid-id': [400, 'The identifier is not valid'],
  unauthorised: [401, 'The call is not signed by the edge'],
  'not-found': [404, 'There is nothing at this address'],
  'unknown-boundary': [404, 'Unknown boundary'],
  'unknown-dataset': [404, 'Unknown dataset'],
  'unknown-version': [404, 'Unknown dataset version'],
  'unknown-file': [404, 'Unknown file'],
  'unknown-job': [404, 'Unknown job'],
  'unknown-clip': [404, 'Unknown clip'],
  'method-not-allowed': [405, 'The method is not allowed here'],
  'precondition-failed': [412, 'A precondition of the request does not hold'],
  'payload-too-large': [413, 'The request body is too large'],
  'range-not-satisfiable': [416, 'The requested range is outside the file'],
  'no-coverage': [422, 'The dataset does not cover the boundary'],
  'invalid-boundary': [422, 'The boundary geometry cannot be used'],
  'unsupported-source': [422, 'The source is of a kind that is not supported yet'],
  'unsupported-option': [422, 'The option is not supported yet'],
  'too-costly': [422, 'This takes more time or memory than is allowed'],
  'invalid-source': [502, 'The source file is damaged'],
  'source-changed': [502, 'The source changed while it was read'],
  'source-missing': [502, 'The source file is missing'],
  'source-unavailable': [502, 'The source cannot be read at the moment'],
  'origin-unavailable': [503, 'The service cannot do this at the moment'],
  overloaded: [503, 'Too much work is waiting'],
  internal: [500, 'Something went wrong inside the service'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemKind = keyof typeof PROBLEM_KINDS;

/** Prefix of every problem `type`. A URN, so that it is the same wherever the service is hosted. */
const PROBLEM_TYPE_PREFIX = 'urn:cutline:problem:';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** The body of an RFC 9457 answer. */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance?: string;
  [extension: string]: unknown;
}

export interface ProblemOptions {
  /** The error behind it; logged where it is mapped, never shown. */
  cause?: unknown;
  /** Members added to the body, such as the allowed values. */
  extensions?: Record<string, unknown>;
  /** Seconds after which a retry makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number;
}

/**
 * An error that may be shown to the user, as RFC 9457 problem details.
 * `detail` says what was wrong, with the value, and what would be right.
 */
export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly status: number;
  readonly extensions: Record<string, unknown>;
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: ProblemKind, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Problem';
    this.kind = kind;
    this.status = PROBLEM_KINDS[kind][0];
    this.extensions = options.extensions ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  toJSON(): ProblemDetails {
    return {
      type: PROBLEM_TYPE_PREFIX + this.kind,
      title: PROBLEM_KINDS[this.kind][1],
      status: this.status,
      detail: this.message,
      ...this.extensions,
    };
  }
}

/**
 * Turns whatever was thrown into a Problem. An unknown error becomes `internal` with an id and no inner detail;
 * the caller logs `cause` under that id.
 */
export function toProblem(error: unknown, id: string = crypto.randomUUID()): Problem {
  if (error instanceof Problem) return error;
  return new Problem('internal', `An unexpected error occurred. Quote the id ${id} when you report it.`, {
    cause: error,
    extensions: { id },
  });
}

/** Reads a Problem back from its JSON form, for example from the answer of the origin; null when it is none. */
export function problemFromJson(value: unknown): Problem | null {
  if (typeof value !== 'object' || value === null) return null;
  const { type, detail, title: _title, status: _status, ...extensions } = value as Record<string, unknown>;
  if (typeof type !== 'string' || typeof detail !== 'string' || !type.startsWith(PROBLEM_TYPE_PREFIX)) return null;
  const kind = type.slice(PROBLEM_TYPE_PREFIX.length);
  if (!Object.hasOwn(PROBLEM_KINDS, kind)) return null;
  return new Problem(kind as ProblemKind, detail, { extensions });
}
