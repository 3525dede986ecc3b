import { readFile } from 'node:fs/promises';
import { Problem } from '../../cache/problem.ts';
import { readPolygons } from '../../origin/boundaries/geojson.read.ts';
import { boundaryDigest } from '../../processors/boundary/digest.ts';
import { prepareBoundary } from '../../processors/boundary/prepare.ts';
import type { PreparedBoundary } from '../../processors/boundary/prepared.ts';
import { withoutCrossings } from '../../processors/boundary/without.crossings.ts';

/**
 * Reads a boundary from a GeoJSON file in longitude and latitude: all its polygons united.
 * @throws {Problem} `invalid-boundary` that names the first fault.
 */
export async function readBoundaryFile(path: string): Promise<PreparedBoundary> {
  const polygons = readPolygons(parseJson(await readText(path), path));
  return withoutCrossings(prepareBoundary(polygons, await boundaryDigest(polygons)));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new Problem('invalid-boundary', `${path} cannot be read: ${messageOf(cause)}.`, { cause });
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem('invalid-boundary', `${path} is not JSON: ${messageOf(cause)}.`, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
