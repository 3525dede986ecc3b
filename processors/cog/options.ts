import { Problem } from '../../cache/problem.ts';
import type { EngineParameters } from '../engine.ts';
import type { Kernel } from './coverage.ts';

const METHODS = ['average', 'nearest', 'mode'] as const;
type Method = (typeof METHODS)[number];
const RESAMPLING = 'overviewResampling';
const EMPTY_TILES = ['sparse', 'full'] as const;
const MASK_RULES = ['centre', 'touched', 'bbox'] as const;
/** Which pixels belong to a boundary. */
export type MaskRule = (typeof MASK_RULES)[number];
const LAYOUTS = ['aligned', 'exact'] as const;
/** What extent a clip has. */
export type Layout = (typeof LAYOUTS)[number];
/** A number as GDAL_NODATA may hold it. */
const NUMBER_PATTERN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const NOT_FINITE_PATTERN = /^(?:nan|[+-]?inf)$/i;

interface OptionRule {
  readonly mayBe: string;
  accepts(value: EngineParameters[string]): boolean;
}

/** The options of a dataset. All may be null, the default: then the file decides. */
const OPTIONS: Readonly<Record<string, OptionRule>> = {
  /** How the source's overviews were made, where the file itself does not say. */
  [RESAMPLING]: oneOf(METHODS),
  /** The nodata value, in place of what the file says; "nan" and numbers that YAML would round are given as texts. */
  nodata: { mayBe: 'a number, "nan", "inf", "-inf"', accepts: isNodata },
  /** Whether tiles without data are left out, or written full of nodata. */
  empty: oneOf(EMPTY_TILES),
  /** Which pixels are kept: those whose centre is inside, all that are touched, or all of the envelope. */
  mask: oneOf(MASK_RULES),
  /** Whole tiles of the source, so that most can be copied, or the smallest extent in whole pixels. */
  layout: oneOf(LAYOUTS),
};

/**
 * Checks the options of a dataset and fills in the default, null, of those not given.
 * @throws {Error} naming the option and what it may be.
 */
export function checkOptions(given: EngineParameters): EngineParameters {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(OPTIONS, name)) {
      throw new Error(`The cog engine has no option "${name}". It has: ${Object.keys(OPTIONS).join(', ')}.`);
    }
  }
  const entries = Object.entries(OPTIONS).map(([name, { mayBe, accepts }]) => {
    const value = given[name] ?? null;
    if (value !== null && !accepts(value)) {
      throw new Error(`Option ${name} is ${JSON.stringify(value)}; it may be ${mayBe} or null.`);
    }
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

function oneOf(values: readonly string[]): OptionRule {
  return { mayBe: values.join(', '), accepts: (value) => values.some((candidate) => candidate === value) };
}

function isNodata(value: EngineParameters[string]): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'string' && (NUMBER_PATTERN.test(value) || NOT_FINITE_PATTERN.test(value));
}

/** The dataset's nodata value as GDAL_NODATA writes it; null when it names none. */
export function nodataOption(parameters: EngineParameters): string | null {
  const value = parameters['nodata'] ?? null;
  return value === null ? null : String(value).toLowerCase();
}

/** Which pixels the dataset keeps; by default those whose centre is inside. */
export function maskOption(parameters: EngineParameters): MaskRule {
  return MASK_RULES.find((value) => value === parameters['mask']) ?? 'centre';
}

/** What extent the dataset's clips have; by default whole tiles. */
export function layoutOption(parameters: EngineParameters): Layout {
  return LAYOUTS.find((value) => value === parameters['layout']) ?? 'aligned';
}

/** What the dataset says of tiles without data; null when it leaves that to the engine. */
export function emptyOption(parameters: EngineParameters): (typeof EMPTY_TILES)[number] | null {
  return EMPTY_TILES.find((value) => value === parameters['empty']) ?? null;
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
  const named = fromFile ?? parameters[RESAMPLING] ?? null;
  const fallback: Method = isPalette ? 'nearest' : 'average';
  if (named === null) return { method: fallback, reachPixels: isPalette ? 0 : UNKNOWN_REACH_PIXELS };
  if (typeof named !== 'string') {
    throw new Problem(
      'unsupported-option',
      `Option ${RESAMPLING} is ${JSON.stringify(named)}; it must be a text or null.`,
    );
  }
  const name = named === 'near' ? 'nearest' : named;
  return {
    method: METHODS.find((method) => method === name) ?? fallback,
    reachPixels: KERNEL_REACH_PIXELS[name] ?? WIDEST_REACH_PIXELS,
  };
}
