import { Problem } from '../../cache/problem.ts';
import { parsePositions, readBytes } from '../../origin/boundaries/file.bytes.ts';
import { readPolygons } from '../../origin/boundaries/geojson.read.ts';
import { boundaryDigest } from '../../processors/boundary/digest.ts';
import type { FlatGeometry } from '../../processors/boundary/geometry.ts';
import { prepareBoundary } from '../../processors/boundary/prepare.ts';
import type { PreparedBoundary } from '../../processors/boundary/prepared.ts';
import { doubledArea } from '../../processors/boundary/rings.ts';
import { withoutCrossings } from '../../processors/boundary/without.crossings.ts';

/** A boundary as it is used, and what was made of it. */
export interface GivenBoundary {
  boundary: PreparedBoundary;
  /** A sentence when the file's own geometry was not valid; null when it was. */
  repair: string | null;
}

/**
 * Reads a boundary from a GeoJSON file in longitude and latitude: all its polygons united.
 * @throws {Problem} `invalid-boundary` that names the first fault.
 */
export async function readBoundaryFile(path: string): Promise<GivenBoundary> {
  const polygons = readPolygons(await readJson(path));
  const given = prepareBoundary(polygons, await boundaryDigest(polygons));
  const boundary = withoutCrossings(given);
  return { boundary, repair: given.isSimple ? null : describeRepair(path, given.geometry, boundary.geometry) };
}

async function readJson(path: string): Promise<unknown> {
  const bytes = await readBytes(path).catch((cause: unknown) => {
    throw new Problem('invalid-boundary', `${path} cannot be read: ${messageOf(cause)}.`, { cause });
  });
  try {
    return parsePositions(bytes);
  } catch (cause) {
    const fault = cause instanceof SyntaxError ? 'is not JSON' : 'is too large';
    throw new Problem('invalid-boundary', `${path} ${fault}: ${messageOf(cause)}.`, { cause });
  }
}

function describeRepair(path: string, before: FlatGeometry, after: FlatGeometry): string {
  return (
    `${path} is not a valid boundary: edges cross, or polygons overlap. Its polygons were united: ` +
    `${before.coordinates.length / 2} vertices before and ${after.coordinates.length / 2} after, ` +
    `area ${areaOf(before)} and ${areaOf(after)} square degrees.`
  );
}

/** Shells less holes, as drawn; of a valid geometry, its area. */
function areaOf({ coordinates, ringStarts, polygonStarts }: FlatGeometry): number {
  const shells = new Set(polygonStarts);
  let doubled = 0;
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    const area = Math.abs(doubledArea(coordinates, ringStarts[ring] ?? 0, ringStarts[ring + 1] ?? 0));
    doubled += shells.has(ring) ? area : -area;
  }
  return doubled / 2;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
