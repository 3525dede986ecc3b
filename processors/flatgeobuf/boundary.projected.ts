import type { PreparedBoundary } from '../boundary/prepared.ts';
import { prepareGeometry } from '../boundary/prepare.ts';
import { resolveCrs, type Crs } from '../crs/crs.ts';
import { projectGeometry, type DegreesBox } from '../crs/densify.ts';
import type { FgbHeader } from './header.ts';

/** How far a projected edge may lie from its true course, in units of the source's CRS: 1 cm where that is metres. */
const TOLERANCE_UNITS = 0.01;
/** Points along each side, and across, at which the source's envelope is turned into degrees. */
const SAMPLES = 32;
/** Room around the source's envelope for what its sides bend between two samples, in degrees. */
const ROOM_DEGREES = 2;
const WORLD: DegreesBox = [-180, -90, 180, 90];

/**
 * The boundary in the source's CRS. A source that names no CRS is taken as longitude and latitude.
 * @throws {Problem} `unsupported-source` when the CRS is unknown or the boundary cannot be projected to it.
 */
export async function boundaryInCrsOf(header: FgbHeader, boundary: PreparedBoundary): Promise<PreparedBoundary> {
  if (header.crs === null) return boundary;
  const crs = await resolveCrs(header.crs);
  if (crs.isGeographicDegrees) return boundary;
  const geometry = projectGeometry(boundary.geometry, crs, TOLERANCE_UNITS, degreesOf(header.envelope, crs));
  return prepareGeometry(geometry, boundary.digest);
}

/** The part of the world in which the source lies; the whole world where that cannot be told. */
function degreesOf(envelope: readonly number[] | null, crs: Crs): DegreesBox {
  if (envelope === null) return WORLD;
  const [minX = 0, minY = 0, maxX = 0, maxY = 0] = envelope;
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let column = 0; column <= SAMPLES; column++) {
    for (let row = 0; row <= SAMPLES; row++) {
      const x = minX + ((maxX - minX) * column) / SAMPLES;
      const [longitude, latitude] = crs.inverse(x, minY + ((maxY - minY) * row) / SAMPLES);
      if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) return WORLD;
      west = Math.min(west, longitude);
      east = Math.max(east, longitude);
      south = Math.min(south, latitude);
      north = Math.max(north, latitude);
    }
  }
  return [west - ROOM_DEGREES, south - ROOM_DEGREES, east + ROOM_DEGREES, north + ROOM_DEGREES];
}
