import { Problem } from '../../cache/problem.ts';

/** `invalid-source`. @param what the fault, as a clause: "a tag is missing". */
export function damaged(what: string): Problem {
  return new Problem('invalid-source', `The TIFF is damaged: ${what}.`);
}

/** `unsupported-source`. @param what the kind that is not supported: "tiles in strips". */
export function unsupported(what: string): Problem {
  return new Problem('unsupported-source', `The GeoTIFF is of a kind that is not supported yet: ${what}.`);
}
