import { spawnSync } from 'node:child_process';
import path from 'node:path';
import * as z from 'zod';
import type { MultiPolygonCoordinates } from '../../../../processors/boundary/geometry.ts';

const ORACLE = path.join(import.meta.dirname, 'oracle.py');
/** Debian's Python, which has GDAL's bindings; another one may come first on the path. */
const PYTHON = '/usr/bin/python3';

/** A GeoTIFF at 10° E, 5° N with pixels of 0.01°, to be made with GDAL. */
export interface MaskedSource {
  path: string;
  driver: 'GTiff' | 'COG';
  options: readonly string[];
  width: number;
  height: number;
  bands: number;
  type: 'Byte' | 'UInt16' | 'Int16' | 'Float32';
  seed: number;
  nodata?: number;
  /** An internal mask with a round hole. */
  mask?: boolean;
  /** The last band is alpha, 0 in a round hole. */
  alpha?: boolean;
  /** A square of zeros, so that whole tiles can be left out. */
  hole?: boolean;
  overviews?: readonly number[];
}

/** A masked clip to be judged. */
export interface MaskedClip {
  source: string;
  clip: string;
  boundary: MultiPolygonCoordinates;
  /** Whether an alpha band stands in for the mask. */
  alpha?: boolean;
}

const figuresSchema = z.array(
  z.object({
    inside: z.int(),
    /** Valid pixels of each level, full resolution first. */
    shown: z.array(z.int()),
    flags: z.int(),
    nodata: z.number().nullable(),
    interleaved: z.boolean(),
    ghostBytes: z.int(),
    faults: z.array(z.string()),
  }),
);

export function makeMaskedSources(jobs: readonly MaskedSource[]): void {
  run('make', jobs);
}

/** Judges clips with GDAL: mask and values of all levels, mask flags, COG layout. */
export function checkMaskedClips(jobs: readonly MaskedClip[]): z.infer<typeof figuresSchema> {
  return figuresSchema.parse(JSON.parse(run('check', jobs)));
}

function run(command: string, jobs: readonly unknown[]): string {
  const { status, stdout, stderr } = spawnSync(PYTHON, [ORACLE, command], {
    input: JSON.stringify(jobs),
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    env: { ...process.env, GDAL_PAM_ENABLED: 'NO' },
  });
  if (status !== 0) throw new Error(`The oracle failed:\n${stderr}`);
  return stdout;
}
