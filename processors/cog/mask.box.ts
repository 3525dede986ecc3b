import { boxRing } from '../../cache/bbox.ts';
import type { FlatGeometry } from '../boundary/geometry.ts';
import { flattenMultiPolygon } from '../boundary/geometry.ts';
import type { Crs } from '../crs/crs.ts';
import { shortestStretch, type Stretch } from './circle.ts';
import type { GridTransform } from './georeference.ts';
import { FULL_TURN_DEGREES, pixelRings } from './mask.ts';
import type { PixelRings } from './rows.ts';

const ANTIMERIDIAN_DEGREES = 180;

/**
 * The boundary's envelope as rectangles of the grid, in pixel coordinates. On grids in longitude and latitude it is
 * the bounding box of RFC 7946, section 5.2: one that crosses the antimeridian is as narrow as the boundary. On
 * projected grids it is the rectangle around the boundary's parts on each side of the antimeridian, one around both
 * where these meet.
 */
export function boxRings(
  boundary: FlatGeometry,
  crs: Crs,
  grid: GridTransform,
  width: number,
  height: number,
): PixelRings {
  const stretch = longitudesOf(boundary);
  if (stretch === null) return ringsOf([]);
  if (crs.isGeographicDegrees) {
    const rings = pixelRings(degreesBox(stretch, boundary), crs, grid, width, height);
    return ringsOf(boxesOf(rings));
  }
  const sides = splitAtAntimeridian(boundary, stretch).map((side) => {
    return around(boxesOf(pixelRings(side, crs, grid, width, height, true)));
  });
  return ringsOf(unite(sides.filter((box) => box !== null)));
}

/** The shortest stretch of longitudes that holds a boundary; its end lies beyond 180 when it crosses that. */
function longitudesOf({ coordinates, ringStarts }: FlatGeometry): Stretch | null {
  const intervals: Stretch[] = [];
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    let [west, east] = [Infinity, -Infinity];
    for (let vertex = ringStarts[ring] ?? 0; vertex < (ringStarts[ring + 1] ?? 0); vertex++) {
      const longitude = coordinates[vertex * 2] ?? Number.NaN;
      west = Math.min(west, longitude);
      east = Math.max(east, longitude);
    }
    if (west <= east) intervals.push([west, east]);
  }
  return shortestStretch(intervals, FULL_TURN_DEGREES);
}

function degreesBox([west, east]: Stretch, { envelope: [, south, , north] }: FlatGeometry): FlatGeometry {
  return flattenMultiPolygon([[boxRing([west, south, east, north])]]);
}

/** The boundary, or its eastern and its western rings when it crosses the antimeridian. */
function splitAtAntimeridian(boundary: FlatGeometry, [west, east]: Stretch): FlatGeometry[] {
  if (east <= ANTIMERIDIAN_DEGREES) return [boundary];
  const sides: [number[][][], number[][][]] = [[], []];
  const { coordinates, ringStarts } = boundary;
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    const vertices: number[][] = [];
    for (let vertex = ringStarts[ring] ?? 0; vertex < (ringStarts[ring + 1] ?? 0); vertex++) {
      vertices.push([coordinates[vertex * 2] ?? Number.NaN, coordinates[vertex * 2 + 1] ?? Number.NaN]);
    }
    sides[(vertices[0]?.[0] ?? 0) >= west ? 0 : 1].push(vertices);
  }
  return sides.map((rings) => flattenMultiPolygon(rings.map((ring) => [ring])));
}

/** Min column, min row, max column, max row. */
type Box = FlatGeometry['envelope'];

/** The box of each ring. */
function boxesOf({ coordinates, ringStarts }: PixelRings): Box[] {
  const boxes: Box[] = [];
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let at = (ringStarts[ring] ?? 0) * 2; at < (ringStarts[ring + 1] ?? 0) * 2; at += 2) {
      minX = Math.min(minX, coordinates[at] ?? Number.NaN);
      maxX = Math.max(maxX, coordinates[at] ?? Number.NaN);
      minY = Math.min(minY, coordinates[at + 1] ?? Number.NaN);
      maxY = Math.max(maxY, coordinates[at + 1] ?? Number.NaN);
    }
    boxes.push([minX, minY, maxX, maxY]);
  }
  return boxes;
}

function around(boxes: readonly Box[]): Box | null {
  return boxes.reduce<Box | null>((all, box) => {
    if (all === null) return box;
    const [minX, minY, maxX, maxY] = box;
    return [Math.min(all[0], minX), Math.min(all[1], minY), Math.max(all[2], maxX), Math.max(all[3], maxY)];
  }, null);
}

/** Boxes that meet become one: boxes that overlapped would cancel out (even-odd). */
function unite(boxes: readonly Box[]): readonly Box[] {
  const [a, b] = boxes;
  if (a === undefined || b === undefined) return boxes;
  const isApart = a[0] > b[2] || b[0] > a[2] || a[1] > b[3] || b[1] > a[3];
  const united = around([a, b]);
  return isApart || united === null ? boxes : [united];
}

function ringsOf(boxes: readonly Box[]): PixelRings {
  return flattenMultiPolygon(boxes.map((box) => [boxRing(box)]));
}
