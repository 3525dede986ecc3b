import type { ProblemKind } from '../../cache/problem.ts';
import { toProblem, type Problem } from '../../cache/problem.ts';

/** What may be over in a moment. Anything else would fail again in the same way. */
const TRANSIENT: ReadonlySet<ProblemKind> = new Set([
  'source-unavailable',
  'origin-unavailable',
  'overloaded',
  'internal',
]);
/** What follows from the fingerprint alone, and need not be tried twice. */
const REMEMBERED: ReadonlySet<ProblemKind> = new Set(['no-coverage', 'unsupported-source', 'unsupported-option']);

/** How to go on after an attempt failed. */
export interface Failure {
  problem: Problem;
  isTransient: boolean;
}

export function failureOf(error: unknown): Failure {
  const problem = toProblem(error);
  return { problem, isTransient: TRANSIENT.has(problem.kind) };
}

/**
 * What took too long is left alone for this time: it would keep a thread from others with every call, but machine and
 * limits may be others later.
 */
const TOO_COSTLY_REMEMBERED_SECONDS = 3_600;

/** Whether a clip that failed need not be tried again. @param idleSeconds how long ago it failed. */
export function isRemembered({ kind }: Problem, idleSeconds: number): boolean {
  return REMEMBERED.has(kind) || (kind === 'too-costly' && idleSeconds < TOO_COSTLY_REMEMBERED_SECONDS);
}
