import type { FlatGeometry } from '../boundary/geometry.ts';
import type { Crs } from '../crs/crs.ts';
import { type DegreesBox, type Extent, projectGeometry } from '../crs/densify.ts';
import { fromPixel, type GridTransform, pixelSide, toPixel } from './georeference.ts';
import type { PixelRings } from './rows.ts';

/** How far a projected edge may lie off its true course, in pixels. */
const TOLERANCE_PIXELS = 1e-6;
export const FULL_TURN_DEGREES = 360;
/** Points per side at which a raster's extent is traced back to longitude and latitude. */
const TRACE_POINTS = 65;

/**
 * The boundary in pixel coordinates of the full-resolution grid.
 *
 * @param isWhole whether its course beyond the raster matters too, which costs much more on projected rasters; else
 *   it is only right as to which pixels lie inside
 */
export function pixelRings(
  boundary: FlatGeometry,
  crs: Crs,
  grid: GridTransform,
  width: number,
  height: number,
  isWhole = false,
): PixelRings {
  const extent = extentOf(grid, width, height);
  if (crs.isGeographicDegrees) {
    const [minX, , maxX] = extent;
    return toPixels(aroundTheGlobe(boundary, minX, maxX), grid, isWhole ? Infinity : width);
  }
  const tolerance = TOLERANCE_PIXELS * pixelSide(grid);
  const needed = extentInDegrees(crs, grid, width, height);
  const projected = projectGeometry(boundary, crs, tolerance, needed, isWhole ? null : extent);
  return toPixels([{ geometry: projected, shift: 0 }], grid, isWhole ? Infinity : width);
}

interface Shifted {
  geometry: FlatGeometry;
  shift: number;
}

/**
 * Boundaries are split at ±180°, rasters may be cut elsewhere (0 … 360, or half a pixel beyond 180): the boundary is
 * laid on the raster as often as a full turn brings it there.
 */
function aroundTheGlobe(geometry: FlatGeometry, minX: number, maxX: number): Shifted[] {
  const [west, , east] = geometry.envelope;
  return [-FULL_TURN_DEGREES, 0, FULL_TURN_DEGREES]
    .filter((shift) => west + shift <= maxX && east + shift >= minX)
    .map((shift) => ({ geometry, shift }));
}

/**
 * Rings in pixels, without those that lie beside the raster: half of a boundary that is laid on it more than once does.
 * @param width of the raster; infinite to keep all rings
 */
function toPixels(parts: readonly Shifted[], grid: GridTransform, width: number): PixelRings {
  const vertexCount = parts.reduce((sum, { geometry }) => sum + geometry.coordinates.length / 2, 0);
  const coordinates = new Float64Array(vertexCount * 2);
  const ringStarts: number[] = [];
  let at = 0;
  for (const { geometry, shift } of parts) {
    for (let ring = 0; ring + 1 < geometry.ringStarts.length; ring++) {
      const start = at;
      let [west, east] = [Infinity, -Infinity];
      const end = (geometry.ringStarts[ring + 1] ?? 0) * 2;
      for (let from = (geometry.ringStarts[ring] ?? 0) * 2; from < end; from += 2) {
        const x = (geometry.coordinates[from] ?? 0) + shift;
        const [column, row] = toPixel(grid, x, geometry.coordinates[from + 1] ?? 0);
        west = Math.min(west, column);
        east = Math.max(east, column);
        coordinates[at++] = column;
        coordinates[at++] = row;
      }
      if (width !== Infinity && (east <= 0 || west >= width)) at = start;
      else ringStarts.push(start / 2);
    }
  }
  ringStarts.push(at / 2);
  return { coordinates: coordinates.subarray(0, at), ringStarts: Uint32Array.from(ringStarts) };
}

function extentOf(grid: GridTransform, width: number, height: number): Extent {
  const corners = [0, width].flatMap((column) => [0, height].map((row) => fromPixel(grid, column, row)));
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** A box of degrees that holds the raster, with room to spare, so that rings elsewhere need no projection. */
function extentInDegrees(crs: Crs, grid: GridTransform, width: number, height: number): DegreesBox {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  const steps = TRACE_POINTS - 1;
  for (let i = 0; i <= steps; i++) {
    for (let j = 0; j <= steps; j++) {
      const [longitude, latitude] = crs.inverse(...fromPixel(grid, (width * i) / steps, (height * j) / steps));
      if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) continue;
      west = Math.min(west, longitude);
      east = Math.max(east, longitude);
      south = Math.min(south, latitude);
      north = Math.max(north, latitude);
    }
  }
  if (west > east) return [-180, -90, 180, 90];
  // A step of the trace, at least, on every side; a raster around a pole or the antimeridian takes all longitudes.
  const roomX = ((east - west) / steps) * 4;
  const roomY = ((north - south) / steps) * 4;
  const isWide = east - west > FULL_TURN_DEGREES / 2 || north + roomY >= 90 || south - roomY <= -90;
  return isWide
    ? [-180, south - roomY, 180, north + roomY]
    : [west - roomX, south - roomY, east + roomX, north + roomY];
}
