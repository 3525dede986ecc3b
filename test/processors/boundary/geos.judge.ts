import { execFileSync } from 'node:child_process';
import path from 'node:path';
import * as z from 'zod';
import type { MultiPolygonCoordinates } from '../../../processors/boundary/geometry.ts';

/** Whether GEOS takes polygons for valid, and their area. */
export function judgedByGeos(list: readonly MultiPolygonCoordinates[]): { valid: boolean; area: number }[] {
  return z.array(z.object({ valid: z.boolean(), area: z.number() })).parse(ask('valid', list));
}

/** The area that polygons have in common by GEOS, each made valid first. */
export function commonAreasByGeos(
  pairs: readonly (readonly [MultiPolygonCoordinates, MultiPolygonCoordinates])[],
): number[] {
  return z.array(z.number()).parse(ask('common', pairs));
}

/** The areas of polygons made valid by GEOS with the method "linework". */
export function lineworkAreasByGeos(list: readonly MultiPolygonCoordinates[]): number[] {
  return z.array(z.number()).parse(ask('linework', list));
}

/** MultiPolygons in hexadecimal WKB as GEOS reads and writes them. */
export function readByGeos(list: readonly string[]): { coordinates: MultiPolygonCoordinates; wkb: string }[] {
  const coordinates = z.array(z.array(z.array(z.array(z.number()))));
  return z.array(z.object({ coordinates, wkb: z.string() })).parse(ask('wkb', list));
}

function ask(way: string, items: readonly unknown[]): unknown {
  const script = path.join(import.meta.dirname, 'geos.judge.py');
  const input = JSON.stringify(items);
  return JSON.parse(execFileSync('/usr/bin/python3', [script, way], { input, maxBuffer: 2 ** 27 }).toString());
}
