import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import * as z from 'zod';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';

const ORACLE = path.join(import.meta.dirname, 'oracle.py');
/** Debian's Python, which has GDAL's bindings; another one may come first on the path. */
const PYTHON = '/usr/bin/python3';

/** A GeoTIFF to be made with GDAL; values are waves with noise and holes of nodata. */
export interface SourceJob {
  path: string;
  driver: 'GTiff' | 'COG';
  options: string[];
  width: number;
  height: number;
  bands: number;
  type: 'Byte' | 'UInt16' | 'Int16' | 'UInt32' | 'Int32' | 'UInt64' | 'Int64' | 'Float32' | 'Float64';
  nodata: number | 'nan' | null;
  seed: number;
  srs: string;
  transform: [number, number, number, number, number, number];
  tile?: number;
  overviews?: number[];
  overviewTile?: number;
  resampling?: string;
  described?: boolean;
  palette?: boolean;
  metadata?: Record<string, string>;
  holes?: number;
  /** Values are whole and below this. */
  levels?: number;
  /** An integer added to all values. */
  plus?: string;
  /** 100 inside and 200 outside, instead of waves. */
  burnInside?: MultiPolygonCoordinates;
}

/** A clip to be judged. */
export interface CheckJob {
  source: string;
  clip: string;
  boundary: MultiPolygonCoordinates;
  /** Degrees by which the boundary is laid on the raster. */
  shifts?: number[];
  /** Size of a pixel in degrees, for rasters in another CRS. */
  projected?: number;
  /** Overviews must equal those that GDAL builds from the clip with this method. */
  overviewsLike?: string;
  /** Overviews may hold this value and nodata only. */
  onlyValue?: number;
}

const figuresSchema = z.array(z.object({ inside: z.int(), overviews: z.int(), faults: z.array(z.string()) }));
export type Figures = z.infer<typeof figuresSchema>[number];

export function makeSources(jobs: readonly SourceJob[]): void {
  run('make', jobs);
}

/** Judges clips with GDAL: pixels, grid, CRS, metadata, COG layout. */
export function checkClips(jobs: readonly CheckJob[]): Figures[] {
  return figuresSchema.parse(JSON.parse(run('check', jobs)));
}

/** Writes the values that GDAL reads from a raster to a file: pixel by pixel with all bands, little-endian. */
export function dumpPixels(jobs: readonly { path: string; out: string }[]): void {
  run('dump', jobs);
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

/** Runs a program of gdal-bin. */
export function gdal(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', env: { ...process.env, GDAL_PAM_ENABLED: 'NO' } });
}
