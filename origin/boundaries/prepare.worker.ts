import { move } from 'piscina';
import { Problem, type ProblemDetails } from '../../cache/problem.ts';
import { prepareWkb } from './prepare.ts';

/** What a thread is given: a valid multipolygon as well-known binary, and its digest. */
export interface PrepareCall {
  wkb: Uint8Array;
  digest: string;
}

/**
 * What a thread gives back: the serialised prepared boundary, or a problem as data, since a thrown object loses its
 * class on the way.
 */
export type PrepareOutcome = Uint8Array<ArrayBuffer> | { problem: ProblemDetails };

/** Prepares a boundary, in a thread. The bytes of a {@link PrepareOutcome} are moved out of it. */
export default function prepare({ wkb, digest }: PrepareCall): unknown {
  try {
    return move(prepareWkb(wkb, digest));
  } catch (error) {
    if (error instanceof Problem) return { problem: error.toJSON() };
    throw error;
  }
}
