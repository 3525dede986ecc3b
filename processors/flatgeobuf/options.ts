import { quoted } from '../../cache/ids.ts';
import type { EngineParameters } from '../engine.ts';

/** What becomes of features that the boundary's line crosses. */
const MODES = ['clip', 'intersects', 'within'] as const;
export type Mode = (typeof MODES)[number];
/** What becomes of several pieces of a feature where the file's type has one part only. */
const MULTIPART = ['split', 'promote'] as const;
export type Multipart = (typeof MULTIPART)[number];

/** The options of a dataset; the first value is the default. */
const OPTIONS: Readonly<Record<string, readonly [string, ...string[]]>> = { mode: MODES, multipart: MULTIPART };

export interface Options {
  mode: Mode;
  multipart: Multipart;
}

/**
 * Checks the options of a dataset and fills in the defaults of those not given.
 * @throws {Error} naming the option and what it may be.
 */
export function checkOptions(given: EngineParameters): EngineParameters {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(OPTIONS, name)) continue;
    const known = Object.keys(OPTIONS).join(', ');
    throw new Error(`${quoted(name)} is not an option of the flatgeobuf engine. It knows: ${known}.`);
  }
  const entries = Object.entries(OPTIONS).map(([name, values]) => {
    const value = given[name] ?? values[0];
    if (values.some((known) => known === value)) return [name, value] as const;
    throw new Error(`Option ${name} is ${JSON.stringify(value)}; it may be ${values.join(', ')}.`);
  });
  return Object.fromEntries(entries);
}

/** Options that {@link checkOptions} has checked. */
export function readOptions(parameters: EngineParameters): Options {
  return {
    mode: MODES.find((mode) => mode === parameters['mode']) ?? MODES[0],
    multipart: MULTIPART.find((value) => value === parameters['multipart']) ?? MULTIPART[0],
  };
}
