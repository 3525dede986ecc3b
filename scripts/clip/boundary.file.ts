import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { Problem } from '../../cache/problem.ts';
import { coordinateFault, polygonalSchema, toMultiPolygon } from '../../origin/boundaries/polygons.ts';
import { boundaryDigest } from '../../processors/boundary/digest.ts';
import type { MultiPolygonCoordinates } from '../../processors/boundary/geometry.ts';
import { prepareBoundary } from '../../processors/boundary/prepare.ts';
import type { PreparedBoundary } from '../../processors/boundary/prepared.ts';
import { withoutCrossings } from '../../processors/boundary/without.crossings.ts';

const featureSchema = z.object({ type: z.literal('Feature'), geometry: polygonalSchema });
const documentSchema = z.discriminatedUnion('type', [
  ...polygonalSchema.options,
  featureSchema,
  z.object({ type: z.literal('FeatureCollection'), features: z.array(featureSchema).min(1) }),
]);

/**
 * Reads a boundary from a GeoJSON file: a Polygon, a MultiPolygon, or a feature or feature collection of such; all
 * its polygons united.
 * @throws {Problem} `invalid-boundary` that names the first fault.
 */
export async function readBoundaryFile(path: string): Promise<PreparedBoundary> {
  const document = documentSchema.safeParse(parseJson(await readText(path), path));
  if (!document.success) {
    throw new Problem('invalid-boundary', `${path} is not GeoJSON of polygons:\n${z.prettifyError(document.error)}`);
  }
  const polygons = polygonsOf(document.data);
  const fault = coordinateFault(polygons);
  if (fault !== null) throw new Problem('invalid-boundary', `${path} cannot be used: ${fault}.`);
  return withoutCrossings(prepareBoundary(polygons, await boundaryDigest(polygons)));
}

function polygonsOf(document: z.infer<typeof documentSchema>): MultiPolygonCoordinates {
  if (document.type === 'FeatureCollection')
    return document.features.flatMap(({ geometry }) => toMultiPolygon(geometry));
  return toMultiPolygon(document.type === 'Feature' ? document.geometry : document);
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
