import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { MultiPolygonCoordinates } from '../../../../processors/boundary/geometry.ts';
import type { MaskRule } from '../../../../processors/cog/options.ts';
import { gdal } from '../gdal.ts';

const ORACLE = path.join(import.meta.dirname, 'rules.oracle.py');
/** Debian's Python, which has GDAL's bindings and shapely; another one may come first on the path. */
const PYTHON = '/usr/bin/python3';
const COUNTRIES = path.join(import.meta.dirname, '../../../../data/boundaries/countries.fgb');

/** A clip to be judged by an independent choice of pixels. */
export interface RuleJob {
  source: string;
  clip: string;
  mask: MaskRule;
  boundary: MultiPolygonCoordinates;
  /** Degrees by which the boundary is laid on the raster. */
  shifts?: number[];
  /** West, south, east, north: what `bbox` must keep. */
  boxes?: [number, number, number, number][];
  /** Columns of a full turn of the source; its width by default. */
  period?: number;
  /** Whether the extent must be as small as the kept pixels. */
  tight?: boolean;
  /** Whether each overview must be made of averages of the finer level. */
  averages?: boolean;
}

const figuresSchema = z.array(
  z.object({
    inside: z.int(),
    width: z.int(),
    height: z.int(),
    west: z.number(),
    east: z.number(),
    overviews: z.int(),
    faults: z.array(z.string()),
  }),
);
export type RuleFigures = z.infer<typeof figuresSchema>[number];

export function checkRules(jobs: readonly RuleJob[]): RuleFigures[] {
  const { status, stdout, stderr } = spawnSync(PYTHON, [ORACLE], {
    input: JSON.stringify(jobs),
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    env: { ...process.env, GDAL_PAM_ENABLED: 'NO' },
  });
  if (status !== 0) throw new Error(`The oracle failed:\n${stderr}`);
  return figuresSchema.parse(JSON.parse(stdout));
}

const coordinatesSchema = z.array(z.array(z.array(z.array(z.number()))));
const countrySchema = z.object({
  features: z.tuple([z.object({ geometry: z.object({ type: z.string(), coordinates: z.unknown() }) })]),
});

/** The boundary of a country of the sample data, by its code. */
export function country(code: string, folder: string): MultiPolygonCoordinates {
  const file = path.join(folder, `${code}.geojson`);
  if (!existsSync(file)) gdal('ogr2ogr', '-f', 'GeoJSON', file, COUNTRIES, '-where', `code = '${code}'`);
  const [{ geometry }] = countrySchema.parse(JSON.parse(readFileSync(file, 'utf8'))).features;
  return coordinatesSchema.parse(geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates);
}
