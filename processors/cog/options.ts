import { Problem } from '../../cache/problem.ts';
import type { EngineParameters } from '../engine.ts';
import type { Kernel } from './coverage.ts';

const METHODS = ['average', 'nearest', 'mode'] as const;
type Method = (typeof METHODS)[number];
const OPTION = 'overviewResampling';

/**
 * Checks the options of a dataset. `overviewResampling`: how the source's overviews were made, where the file itself
 * does not say; null (the default) when that is not known.
 * @throws {Error} naming the option and what it may be.
 */
export function checkOptions(given: EngineParameters): EngineParameters {
  for (const name of Object.keys(given)) {
    if (name !== OPTION) throw new Error(`The cog engine has no option "${name}". It has: ${OPTION}.`);
  }
  const value = given[OPTION] ?? null;
  if (value !== null && !METHODS.some((method) => method === value)) {
    throw new Error(`Option ${OPTION} is ${JSON.stringify(value)}; it may be ${METHODS.join(', ')} or null.`);
  }
  return { [OPTION]: value };
}

/**
 * How far a kernel looks beyond a pixel's own area, in pixels of the overview: half its width less one half. Levels
 * made one from another add up, which {@link coarsen} does by itself.
 */
const KERNEL_REACH_PIXELS: Readonly<Record<string, number>> = {
  average: 0,
  nearest: 0,
  near: 0,
  mode: 0,
  rms: 0,
  average_magphase: 0,
  bilinear: 0.5,
  gauss: 1,
  cubic: 1.5,
  cubicspline: 1.5,
  lanczos: 2.5,
};
/** GDAL's default for COGs is cubic and older versions do not write it down. */
const UNKNOWN_REACH_PIXELS = 1.5;
/** For a kernel with a name that is not known. */
const WIDEST_REACH_PIXELS = 2.5;

/**
 * How overview pixels at the boundary are made, and which ones: what the file says, else what the dataset says,
 * else nearest for palettes and average otherwise.
 */
export function chooseKernel(fromFile: string | null, parameters: EngineParameters, isPalette: boolean): Kernel {
  const named = fromFile ?? parameters[OPTION] ?? null;
  const fallback: Method = isPalette ? 'nearest' : 'average';
  if (named === null) return { method: fallback, reachPixels: isPalette ? 0 : UNKNOWN_REACH_PIXELS };
  if (typeof named !== 'string') {
    throw new Problem('unsupported-option', `Option ${OPTION} is ${JSON.stringify(named)}; it must be a text or null.`);
  }
  const name = named === 'near' ? 'nearest' : named;
  return {
    method: METHODS.find((method) => method === name) ?? fallback,
    reachPixels: KERNEL_REACH_PIXELS[name] ?? WIDEST_REACH_PIXELS,
  };
}
